#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""latency - from a change on the wire to the message at a subscriber, and what a transaction costs.

    tests/bench/latency.py                        50 devices of 32 inputs, scanned every 100 ms, for 20 s
    tests/bench/latency.py --devices 500 --scan-ms 250
    tests/bench/latency.py --dead 10              and so many that accept and never answer

The field is picket-sim, the broker mosquitto, the subscriber a client of its own. Random inputs are switched on, RATE
a second. Measured for picketd (alarm logic, journal and publisher included) and, on the same field, for bench-threads:
a bare libmodbus loop with a thread a device that publishes each change.

  flip      input changed -> message at the subscriber; the wait for the scan is in it: half a period at the median
  wire      answer with the new value sent -> message at the subscriber: the gateway's own part
  CPU       user and system time of the process a transaction (10 ms ticks)

Prints Markdown. Needs python3-paho-mqtt. PICKET_BIN names a build without sanitizers.
"""
import argparse
import json
import os
import random
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import paho.mqtt.client as mqtt  # noqa: E402
from rig import BIN, Rig, wait_for  # noqa: E402

INPUTS = 32
SETTLE_S = 3
DRAIN_S = 2


def site(options):
    """One link a device: device i is dN, its inputs are sensors dN-K."""
    names = [f"d{i}" for i in range(options.devices + options.dead)]
    return {
        "picket": 1, "site": "bench", "gateway": "gw-1", "broker": {"urls": ["BROKER"]},
        "journal": {"dir": "FOLDER/journal"},
        "links": {n: {"url": f"TCP_{n}", "timeout_ms": 200} for n in names},
        "devices": {n: {"link": n, "unit": 1, "scan_ms": options.scan_ms,
                        "points": {"di": {"table": "discrete", "address": 0, "count": INPUTS}}} for n in names},
        "areas": {"yard": {}},
        "sensors": {f"{n}-{k}": {"kind": "input", "area": "yard", "input": f"{n}/di/{k}"}
                    for n in names for k in range(INPUTS)},
    }


class Witness:
    """A subscriber: when each input was first reported on."""

    def __init__(self, port, topic, read):
        self.first, self.read, self.messages = {}, read, 0
        self.lock = threading.Lock()
        self.client = mqtt.Client("bench-witness", protocol=mqtt.MQTTv5)
        self.client.on_message = self.take
        self.client.connect("127.0.0.1", port)
        self.client.subscribe(topic, qos=1)
        self.client.loop_start()

    def take(self, _client, _context, message):
        now = time.monotonic_ns()
        self.messages += 1
        for name in self.read(message):
            with self.lock:
                self.first.setdefault(name, now)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def raised(message):
    event = json.loads(message.payload)
    if event["type"] == "picket.alarm.raised" and event["data"].get("condition") == "input.active":
        yield tuple(int(x) for x in event["subject"][1:].split("-"))


def bare(message):
    if message.payload == b"1":
        yield tuple(int(x) for x in message.topic.split("/")[1:])


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def status_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        rows = dict(line.split(":", 1) for line in file)
    return int(rows["VmRSS"].split()[0]) / 1024, int(rows["Threads"])


class Field:
    """The simulator's socket, its log, and what was flipped."""

    def __init__(self, rig):
        self.path, self.log = rig.environment["PICKET_SIM_SOCKET"], os.path.join(rig.folder, "flips.log")

    def say(self, words):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(self.path)
            peer.sendall(words.encode() + b"\n")
            answer = peer.makefile().readline()
        assert answer.startswith("0"), answer

    def flip_for(self, options, seed):
        """Switches random inputs on, each once, at exponential times."""
        dice = random.Random(seed)
        inputs = [(d, k) for d in range(options.devices) for k in range(INPUTS)]
        dice.shuffle(inputs)
        end = next_at = time.monotonic()
        end += options.seconds
        while inputs and next_at < end:
            time.sleep(max(0, next_at - time.monotonic()))
            device, number = inputs.pop()
            self.say(f"set d{device}/di/{number} on")
            next_at += dice.expovariate(options.rate)

    def times(self):
        """flips and first answers: {(device, input): ns}"""
        found = {"F": {}, "V": {}}
        with open(self.log, encoding="ascii") as file:
            for line in file:
                kind, ns, device, point, value = line.split()
                if value == "1":
                    found[kind].setdefault((int(device[1:]), int(point.rsplit("/", 1)[1])), int(ns))
        return found["F"], found["V"]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] / 1e6 if values else float("nan")


def measure(options, rig, name, start, witness):
    field = Field(rig)
    child, transactions = start()
    time.sleep(SETTLE_S)
    cpu, count, began = cpu_s(child.process.pid), transactions(), time.monotonic()
    field.flip_for(options, options.seed)
    time.sleep(max(0, began + options.seconds - time.monotonic()))
    cpu, count = cpu_s(child.process.pid) - cpu, transactions() - count
    memory_mib, threads = status_of(child.process.pid)
    time.sleep(DRAIN_S)
    flips, answers = field.times()
    missed = [key for key in flips if key not in witness.first]
    flip = [witness.first[key] - at for key, at in flips.items() if key in witness.first]
    wire = [witness.first[key] - at for key, at in answers.items() if key in witness.first]
    cells = [name, f"{count / options.seconds:.0f}", f"{1e6 * cpu / count:.1f}"]
    cells += [f"{percentile(flip, share):.1f}" for share in (0.5, 0.99, 1)]
    cells += [f"{percentile(wire, share):.2f}" for share in (0.5, 0.99, 1)]
    print("| " + " | ".join(cells + [str(len(flips)), str(len(missed)), f"{memory_mib:.0f}", str(threads)]) + " |")


def with_rig(options, run):
    rig = Rig(site(options))
    # the bare loop wants its ports in a row
    base = options.base_port
    for i in range(options.devices + options.dead):
        rig.ports[f"d{i}"] = base + i
    rig.write("site.yaml", site(options))
    rig.broker.run()
    rig.start_wires("--log", os.path.join(rig.folder, "flips.log"))
    for i in range(options.devices, options.devices + options.dead):
        rig.sim("freeze", f"d{i}")
    try:
        run(rig)
    finally:
        rig.close()


def run_picketd(options, rig):
    witness = Witness(rig.broker.port, rig.base + "event", raised)

    def start():
        rig.start_daemon()
        return rig.daemon, lambda: sum(link["exchanges"] for link in rig.ctl_json("links")["links"])
    try:
        measure(options, rig, "picketd", start, witness)
    finally:
        witness.close()


def run_bare(options, rig):
    witness = Witness(rig.broker.port, "bare/#", bare)

    def start():
        child = rig.child("bare", os.path.join(BIN, "tests", "bench", "bench-threads"), options.base_port,
                          options.devices + options.dead, INPUTS, options.scan_ms, rig.broker.port)
        wait_for(child.alive, "bench-threads to start")
        began = time.monotonic()
        # each device once a period; dead ones are not counted for either
        return child, lambda: int((time.monotonic() - began) * 1000 / options.scan_ms * options.devices)
    try:
        measure(options, rig, "bare libmodbus loop", start, witness)
    finally:
        witness.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=50)
    parser.add_argument("--dead", type=int, default=0)
    parser.add_argument("--scan-ms", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=float, default=25, help="inputs switched on a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--base-port", type=int, default=23000)
    options = parser.parse_args()
    print(f"{options.devices} devices of {INPUTS} inputs, every {options.scan_ms} ms, {options.dead} dead ones beside, "
          f"{options.rate:g} changes a second for {options.seconds} s, seed {options.seed}\n")
    print("| | transactions/s | CPU µs/transaction | flip p50 ms | p99 | max | wire p50 ms | p99 | max | changes |"
          " missed | MiB | threads |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    with_rig(options, lambda rig: run_picketd(options, rig))
    with_rig(options, lambda rig: run_bare(options, rig))


if __name__ == "__main__":
    main()
