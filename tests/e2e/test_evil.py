# SPDX-License-Identifier: Apache-2.0
"""Devices that attack the gateway, one for every mode of tests/evil, beside healthy ones: all at once.

Every device has two inputs; the truth is input 0 off, input 1 on. A bad answer says the opposite, so one wrong value
taken for good shows as an alarm of input 0, or as the alarm of input 1 clearing.
"""
import os
import sys
import time

import rig

sys.path.insert(0, os.path.join(rig.ROOT, "tests", "evil"))
import evil  # noqa: E402

TRUTH = 0b10
SCAN_MS = 200
PHASE_S = 6
EVIL_UNIT, NEIGHBOUR_UNIT = 11, 12  # on one bus; the neighbour's address is what wrong_unit answers with
FAIR_SHARE = 0.8      # of the scans of a healthy device on a link of its own
BUS_SHARE = 0.6       # and of one that shares the bus with an attacker


class Field:
    """The evil devices, those beside them, and the site file that polls them all."""

    def __init__(self, site_rig, transport, table):
        self.rig, self.transport = site_rig, transport
        self.devices, self.neighbours, self.servers = {}, {}, []
        self.links, self.site_devices = {}, {}
        for mode in table:
            self.add(mode.replace("_", "-"), mode)
        for n in range(3):
            self.add(f"healthy-{n}", None)

    def add(self, name, mode):
        device = evil.Device(EVIL_UNIT if self.transport == "rtu" else 1, TRUTH)
        if mode:
            self.devices[mode] = device
        else:
            self.neighbours[name] = device
        if self.transport == "tcp":
            server = evil.TcpServer(device)
            self.links[name] = {"url": f"tcp://127.0.0.1:{server.port}", "timeout_ms": 150}
        else:
            beside = evil.Device(NEIGHBOUR_UNIT, TRUTH)
            path = os.path.join(self.rig.folder, "tty-" + name)
            server = evil.RtuBus([device, beside], path)
            self.neighbours[name + "-beside"] = beside
            self.links[name] = {"url": f"rtu:{path}?baud=115200&parity=none&stop=1", "timeout_ms": 60}
            self.site_devices[name + "-beside"] = self.site_device(name, NEIGHBOUR_UNIT)
        self.site_devices[name] = self.site_device(name, device.unit)
        self.servers.append(server)

    @staticmethod
    def site_device(link, unit):
        return {"link": link, "unit": unit, "scan_ms": SCAN_MS,
                "points": {"di": {"table": "discrete", "address": 0, "count": 2}}}

    def site(self):
        return {
            "picket": 1, "site": "evil", "gateway": "gw-1", "broker": {"urls": ["BROKER"]},
            "journal": {"dir": "FOLDER/journal"}, "links": self.links, "devices": self.site_devices,
            "areas": {"yard": {"title": "Yard"}},
            "sensors": {f"{name}-{bit}": {"kind": "input", "area": "yard", "input": f"{name}/di/{bit}"}
                        for name in self.site_devices for bit in (0, 1)},
        }

    def every(self, count):
        """Every count-th answer is bad from now on; 0: all are good."""
        for mode, device in self.devices.items():
            always = count == 1 and (self.transport, mode) in evil.NEVER_ALWAYS
            device.every = 3 if always else count or 1
            device.bad = 0
            device.mode = mode if count else "good"

    def close(self):
        for server in self.servers:
            server.close()


def lies(event):
    """Whether an event says what was never true."""
    data, subject = event["data"], event.get("subject") or ""
    if data.get("condition") == "input.active":
        return event["type"] == ("picket.alarm.raised" if subject.endswith("-0") else "picket.alarm.cleared")
    if event["type"] == "picket.sensor.changed" and data["quality"] == "good":
        return data["sensor_state"] == ("active" if subject.endswith("-0") else "normal")
    return False


class Evil(rig.RigCase):
    def field(self, transport, table):
        site = self.rig({"picket": 1, "site": "evil", "gateway": "gw-1", "broker": {"urls": ["BROKER"]}})
        field = Field(site, transport, table)
        self.addCleanup(field.close)
        site.write("site.yaml", field.site())
        site.broker.run()
        site.subscriber.run()
        site.wait_subscribed()
        site.start_daemon()
        rig.wait_for(lambda: {e["subject"] for e in site.events("picket.alarm.raised", None, "input.active")}
                     >= {f"{name}-1" for name in field.site_devices},
                     lambda: "the first look at every device; seen: " + site.last_events(), 30)
        return site, field

    def phase(self, site, field, every):
        """The devices misbehave for a while; nobody believes them and nobody else suffers."""
        before, start = site.head(), time.monotonic()
        counts = {name: device.requests for name, device in field.neighbours.items()}
        field.every(every)
        rig.wait_for(lambda: time.monotonic() > start + PHASE_S, "the phase to end", PHASE_S + 1)
        seconds = time.monotonic() - start
        for mode, device in field.devices.items():
            with self.subTest(transport=field.transport, mode=mode, every=every):
                self.assertGreater(device.bad, 0, "it never misbehaved, so this proves nothing")
                name = mode.replace("_", "-")
                wrong = [e for e in site.events() if e["data"]["seq"] > before and lies(e)
                         and (e.get("subject") or "").rsplit("-", 1)[0] in (name, name + "-beside")]
                self.assertEqual(wrong, [])
        for name, device in field.neighbours.items():
            with self.subTest(transport=field.transport, neighbour=name, every=every):
                scans = (device.requests - counts[name]) / (seconds * 1000 / SCAN_MS)
                self.assertGreater(scans, BUS_SHARE if name.endswith("-beside") else FAIR_SHARE, "share of its scans")
        wrong = [e for e in site.events() if e["data"]["seq"] > before and lies(e)]
        self.assertEqual(wrong, [])

    def recovery(self, site, field):
        """They behave again, and the truth turns round: everybody is believed."""
        before = site.head()
        field.every(0)
        for device in [*field.devices.values(), *field.neighbours.values()]:
            device.bits = ~TRUTH & 0b11
        for name in field.site_devices:
            with self.subTest(transport=field.transport, recovery=name):
                site.wait_event("picket.alarm.raised", f"{name}-0", "input.active", before, 15)
                site.wait_event("picket.alarm.cleared", f"{name}-1", "input.active", before, 15)
        site.check_stream()

    def attack(self, transport, table):
        site, field = self.field(transport, table)
        self.phase(site, field, 3)
        self.phase(site, field, 1)
        self.recovery(site, field)

    def test_tcp(self):
        self.attack("tcp", evil.TCP_MODES)

    def test_rtu(self):
        self.attack("rtu", evil.RTU_MODES)


if __name__ == "__main__":
    rig.main()
