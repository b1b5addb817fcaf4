"""Asking the client to watch files and settings, where it offers that."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from aiccl_server.server import AicclServer

log = logging.getLogger(__name__)


def offered(server: AicclServer) -> bool:
    """Whether the client can watch files for us."""
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace is not None else None
    return bool(watched is not None and watched.dynamic_registration)


async def register(server: AicclServer) -> None:
    """Register for changes of files and of settings."""
    wanted = []
    workspace = server.client_capabilities.workspace
    changes = workspace.did_change_configuration if workspace is not None else None
    if changes is not None and changes.dynamic_registration:
        options = types.DidChangeConfigurationRegistrationOptions(section="aiccl")
        wanted.append(types.Registration("aiccl-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options))
    if offered(server):
        patterns = [types.FileSystemWatcher(glob_pattern=glob) for glob in _globs()]
        watchers = types.DidChangeWatchedFilesRegistrationOptions(watchers=patterns)
        wanted.append(types.Registration("aiccl-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watchers))
    if not wanted:
        return
    try:
        await asyncio.shield(server.client_register_capability_async(types.RegistrationParams(wanted)))
    except Exception as error:
        log.warning("the client did not register: %s", error)


def _globs() -> list[str]:
    from aiccl_server.watch import globs

    return globs()
