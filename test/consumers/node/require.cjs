const { Adam, parameter } = require('adamas');
const { run } = require('./program.js');
const { report } = require('./report.js');

new Adam([parameter([1])]).step();
report(run());
