"""pandas' side of bench/tables.mjs, in a process of its own (harness/child.ts): it reads the file that the first line names, once for every further line."""

import json
import sys
import time

import pandas

path = json.loads(sys.stdin.readline())["path"]


def read():
    return len(pandas.read_csv(path, parse_dates=["day"]))


def say(answer):
    print(json.dumps(answer), flush=True)


say({"title": f"pandas {pandas.__version__} read_csv, from a file", "check": [read()]})
for _ in sys.stdin:
    start = time.perf_counter_ns()
    read()
    say({"nanoseconds": time.perf_counter_ns() - start})
