#!/usr/bin/env python3
"""Scores the understanding of sentences on files of cases.

usage: score.py NLU_TOOL DATA_FOLDER [--misses N] [FILE...]

DATA_FOLDER has dev-*.jsonl, score.py and score_intents.py. Every case is answered by NLU_TOOL (a line in, a line out); the entities of the kinds that a
file is about are handed to the scoring scripts, which print a line a file. FILE: names such as dev-time.jsonl; without one, all.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

KINDS = {
    "time": ("date", "datetime", "range", "duration"),
    "money": ("money", "money_range"),
    "number": ("number",),
    "percent": ("percent",),
    "phone": ("phone",),
    "contact": ("email", "url"),
    "yesno": ("yes_no",),
}
# The cases of a mixed file say by their expectation which kinds they are about.
KIND_OF_EXPECTED = {
    **{kind: "time" for kind in ("date", "datetime", "time", "timerange", "range", "duration", "daypart", "recurrence", "workdays")},
    "money": "money", "money_range": "money", "number": "number", "percent": "percent", "phone": "phone", "email": "contact", "url": "contact", "boolean": "yesno",
}
MIXED_PREFIXES = {"num": "number", "pct": "percent", "ph": "phone", "mon": "money", "cur": "money", "bool": "yesno"}


def family(case, file_name):
    name = file_name.removeprefix("dev-").removesuffix(".jsonl").removesuffix("-stretch")
    if name in KINDS:
        return name
    expected = case.get("expect") or (case.get("expect_any") or case.get("expect_all"))[0]
    while "any" in expected:
        expected = expected["any"][0]
    return KIND_OF_EXPECTED.get(expected["kind"]) or MIXED_PREFIXES.get(case["id"].split("-")[1], "number")


def answers(tool, cases):
    requests = []
    for case in cases:
        request = {"id": case["id"], "text": case["text"], "reference_time": case.get("reference_time") or "2026-11-23T00:00:00+08:00"}
        if case.get("prefer") in ("past", "future"):
            request["prefer"] = case["prefer"]
        requests.append(json.dumps(request, ensure_ascii=False))
    started = time.perf_counter()
    output = subprocess.run([tool], input="\n".join(requests) + "\n", capture_output=True, text=True, check=True).stdout
    spent = (time.perf_counter() - started) * 1e6 / max(1, len(cases))
    return [json.loads(line) for line in output.splitlines()], spent


def prediction(case, answer, spent, file_name):
    if file_name == "dev-intents.jsonl":
        return {"id": case["id"], "intent": answer["intent"], "slots": answer["slots"], "us": spent}
    kinds = KINDS[family(case, file_name)]
    if "-url-" in case["id"]:  # "none" there means no page, though a mail address may stand in the text
        kinds = ("url",)
    results = [dict(entity, kind="boolean" if entity["kind"] == "yes_no" else entity["kind"]) for entity in answer["entities"] if entity["kind"] in kinds]
    return {"id": case["id"], "results": results, "us": spent}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("tool")
    arguments.add_argument("data", type=pathlib.Path)
    arguments.add_argument("--misses", type=int, default=0, help="cases to print that went wrong, a file")
    arguments.add_argument("files", nargs="*")
    options = arguments.parse_args()
    paths = [options.data / name for name in options.files] or sorted(options.data.glob("dev-*.jsonl"))
    for path in paths:
        if path.name == "dev-company.jsonl":  # names are matched by the records' search, not by the grammar
            continue
        cases = [json.loads(line) for line in path.read_text(encoding="utf8").splitlines() if line.strip()]
        answered, spent = answers(options.tool, cases)
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf8") as file:
            for case, answer in zip(cases, answered, strict=True):
                file.write(json.dumps(prediction(case, answer, spent, path.name), ensure_ascii=False) + "\n")
            file.flush()
            script = "score_intents.py" if path.name == "dev-intents.jsonl" else "score.py"
            sys.stdout.flush()
            subprocess.run([sys.executable, options.data / script, file.name, path], check=True, env={**os.environ, "MISS": str(options.misses)})


if __name__ == "__main__":
    main()
