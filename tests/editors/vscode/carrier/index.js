// Run by VS Code in the extension host (extensionTestsPath): mocha over suite.js.
'use strict';
const path = require('path');
const Mocha = require(path.join(process.env.AICCL_EXTENSION, 'node_modules', 'mocha'));

exports.run = () =>
  new Promise((resolve, reject) => {
    const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 120000, grep: process.env.AICCL_GREP || '' });
    mocha.addFile(path.join(__dirname, '..', 'suite.js'));
    mocha.run((failures) => (failures ? reject(new Error(`${failures} failed`)) : resolve()));
  });
