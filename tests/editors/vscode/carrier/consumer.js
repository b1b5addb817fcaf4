// Another extension that uses what the one under test exports, as its README says.
'use strict';
const vscode = require('vscode');

exports.activate = async () => {
  const aiccl = await vscode.extensions.getExtension('aiccl.aiccl').activate();
  return {
    version: aiccl.version,
    ratio: async (file) => (await aiccl.convertFile(file)).ratio,
    names: async (folder) => (await aiccl.convertDirectory(folder, 'outline')).views.map((view) => view.name),
    touched: (files) => aiccl.updateIndex(files),
  };
};
