// Processes by their pids, so that a test can kill the one that it means.
'use strict';
const fs = require('fs');

/** The pids of a process's children; with words, of those whose command line has them. */
exports.children = (parent, words = []) => {
  const found = [];
  for (const name of fs.readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const [, state, above] = /\) (\S) (\d+)/.exec(fs.readFileSync(`/proc/${name}/stat`, 'utf8'));
      const command = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8');
      if (state !== 'Z' && Number(above) === parent && command.includes(words.join('\0'))) found.push(Number(name));
    } catch {
      // It ended in between.
    }
  }
  return found;
};

/** All pids below a process whose command line has the words. */
exports.descendants = (top, words) => {
  const below = (pid) => exports.children(pid).flatMap((child) => [child, ...below(child)]);
  const wanted = new Set(below(top));
  return [...wanted].filter((pid) => {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(words.join('\0'));
    } catch {
      return false;
    }
  });
};
