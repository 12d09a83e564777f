# SPDX-License-Identifier: Apache-2.0
"""timing - how long flips on simulated serial lines take to be seen, beside what `picketctl check` promised.

The lines have true wire timing (picket-sim --wire-timing). A flip's moment is in the simulator's log, in the clock
CLOCK_MONOTONIC; an event's is its `time`. Flips come at random moments, many lines at once.
"""
import collections
import datetime
import json
import os
import random
import time

import rig

INPUTS = 8
PAUSE_S = 0.6  # at most, between two rounds: more than any scan


def site(bauds, devices=3, scan_ms=150):
    """One serial line for each baud rate, with so many devices; a sensor for every input."""
    links, modules, sensors = {}, {}, {}
    for baud in bauds:
        links[f"bus-{baud}"] = {"url": f"rtu:TTY_{baud}?baud={baud}&parity=even&stop=1", "timeout_ms": 60}
        for unit in range(1, devices + 1):
            name = f"d{unit}-{baud}"
            modules[name] = {"link": f"bus-{baud}", "unit": unit, "scan_ms": scan_ms,
                             "points": {"di": {"table": "discrete", "address": 0, "count": INPUTS}}}
            for i in range(INPUTS):
                sensors[f"{name}-{i}"] = {"kind": "input", "area": "yard", "input": f"{name}/di/{i}", "hold_s": 0}
    return {"picket": 1, "site": "timing", "gateway": "gw-1", "broker": {"urls": ["BROKER"]},
            "journal": {"dir": "FOLDER/journal"}, "links": links, "devices": modules, "areas": {"yard": {}},
            "sensors": sensors}


class Timing:
    """A running site and what was measured on it."""

    def __init__(self, site_rig, seed=1):
        self.rig, self.random = site_rig, random.Random(seed)
        self.log = os.path.join(site_rig.folder, "wires.log")
        self.checked = site_rig.ctl_json("check", site_rig.site_path)
        self.dead, self.spoiled = set(), []

    def start(self):
        self.rig.broker.run()
        self.rig.subscriber.run()
        self.rig.wait_subscribed()
        self.rig.start_wires("--wire-timing", "--log", self.log)
        self.rig.start_daemon()
        rig.wait_for(lambda: all(d["good"] > 2 for d in self.rig.ctl_json("devices")["devices"]), "all to answer", 20)

    def promised(self, device):
        """In seconds."""
        row = next(d for d in self.checked["schedule"]["devices"] if d["device"] == device)
        return (row["dead_ms"] if self.dead else row["alive_ms"]) / 1000

    def kill(self, device):
        self.rig.sim("kill", device)
        self.dead.add(device)
        self.rig.wait_event("picket.device.lost", device, deadline_s=20)

    def devices(self):
        return [d["device"] for d in self.checked["schedule"]["devices"] if d["device"] not in self.dead]

    def flipped(self):
        """Moments when points went on, by (device, point), in seconds of the monotonic clock; the latest."""
        moments = {}
        with open(self.log, encoding="utf-8") as file:
            for line in file:
                what, ns, device, point, value = line.split()
                if what == "F" and value == "1":
                    moments[device, point] = int(ns) / 1e9
        return moments

    def wait_pause(self):
        end = time.monotonic() + self.random.uniform(0.01, PAUSE_S)
        rig.wait_for(lambda: time.monotonic() >= end, "a random moment")

    def wait_state(self, sensor, state, after):
        def look():
            return next((e for e in self.rig.events("picket.sensor.changed", sensor)
                         if e["data"]["seq"] > after and e["data"]["sensor_state"] == state), None)
        return rig.wait_for(look, lambda: f"{sensor} to be {state} after seq {after}: " + self.rig.last_events())

    def round(self, after):
        """Flips one input of each device; how long each took to be seen."""
        wall_less_mono = time.time() - time.clock_gettime(time.CLOCK_MONOTONIC)
        chosen = {device: self.random.randrange(INPUTS) for device in self.devices()}
        order = sorted(chosen, key=lambda _: self.random.random())
        for device in order:
            self.rig.sim("set", f"{device}/di/{chosen[device]}", "on")
        took = {}
        for device in order:
            event = self.wait_state(f"{device}-{chosen[device]}", "active", after)
            seen = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
            took[device] = seen - wall_less_mono - self.flipped()[device, f"di/{chosen[device]}"]
        for device in order:
            self.rig.sim("set", f"{device}/di/{chosen[device]}", "off")
        for device in order:
            self.wait_state(f"{device}-{chosen[device]}", "normal", after)
        return took

    def faults(self):
        """What went wrong so far with each device that is not dead."""
        return {d["id"]: sum(d["faults"].values()) for d in self.rig.ctl_json("devices")["devices"]
                if d["id"] not in self.dead}

    def measure(self, rounds):
        """{device: [seconds]} of so many rounds. The promise is for a line without faults: where a device's answer was
        missed (a machine under load is no real-time system) the flip is set aside, in spoiled."""
        times = collections.defaultdict(list)
        for _ in range(rounds):
            self.wait_pause()
            before = self.faults()
            took = self.round(self.rig.head())
            after = self.faults()
            for device, seconds in took.items():
                if after[device] == before[device]:
                    times[device].append(seconds)
                else:
                    self.spoiled.append((device, seconds))
        return times

    def lines(self):
        """What the simulator saw of the master on each line."""
        return {link["link"]: link for link in json.loads(self.rig.sim("list", "--json")[1])["links"]}
