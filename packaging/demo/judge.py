# SPDX-License-Identifier: Apache-2.0
"""judge - compares what an independent subscriber received with the gateway's journal and with the scenario."""
import json


class Verdict:
    def __init__(self):
        self.problems, self.events, self.repeats = [], 0, 0

    def say(self):
        if self.problems:
            return "NOT as promised:\n  " + "\n  ".join(self.problems)
        told = f", {self.repeats} told again with the same id" if self.repeats else ""
        return f"an independent subscriber received each of the {self.events} events of the journal{told}"


def judge(journal, received, expected):
    """journal: events; received: (topic, payload) in the order of arrival; expected: {(subject, condition)}."""
    verdict = Verdict()
    first = {}
    for topic, payload in received:
        if not topic.endswith("/event"):
            continue
        event_id = json.loads(payload)["id"]
        verdict.repeats += event_id in first
        if first.setdefault(event_id, payload) != payload:
            verdict.problems.append(f"{event_id} came with two contents")
    verdict.events = len(journal)
    kept = {event["id"]: event for event in journal}
    sequence = [event["data"]["seq"] for event in journal]
    if not journal or sequence != list(range(1, len(journal) + 1)):
        verdict.problems.append(f"the journal is not one sequence from 1: {sequence[:5]} …")
    verdict.problems += [f"never received: {describe(kept[i])}" for i in kept if i not in first]
    verdict.problems += [f"received, but not in the journal: {i}" for i in first if i not in kept]
    verdict.problems += [f"differs from the journal: {i}" for i in kept
                         if i in first and json.loads(first[i]) != kept[i]]
    raised = {(event.get("subject"), event["data"].get("condition")) for event in
              map(json.loads, first.values()) if event["type"] in ("picket.alarm.raised", "picket.device.lost")}
    verdict.problems += [f"the scenario's alarm was not raised: {subject}/{condition}"
                         for subject, condition in sorted(expected - raised)]
    return verdict


def describe(event):
    return f"seq {event['data']['seq']} {event['type']} {event.get('subject') or ''} {event['data'].get('condition') or ''}"
