# SPDX-License-Identifier: Apache-2.0
"""A dead device harms only itself: refused, black-holed, and silent on a bus that others share."""
import socket
import time

import rig

DEAD = ("refused", "hole", "mute")
HEALTHY = ("alive", "beside")  # the second one shares the bus of the mute device
SCAN_MS = 100
WATCH_S = 5
INPUTS = {"di": {"table": "discrete", "address": 0, "count": 4}}


def site(dead=DEAD):
    links = {name: {"url": f"TCP_{name}", "timeout_ms": 200} for name in ("alive", "refused", "hole")}
    links["bus"] = {"url": "rtu:TTY_bus?baud=38400&parity=none&stop=1", "timeout_ms": 50}
    names = [*HEALTHY, *dead]
    devices = {
        name: {"link": "bus" if name in ("beside", "mute") else name, "unit": {"beside": 11, "mute": 12}.get(name, 1),
               "scan_ms": SCAN_MS, "points": INPUTS} for name in names}
    return {
        "picket": 1, "site": "dead", "gateway": "gw-1", "broker": {"urls": ["BROKER"]},
        "journal": {"dir": "FOLDER/journal"}, "devices": devices, "areas": {"yard": {"title": "Yard"}},
        "links": {name: link for name, link in links.items() if name in {d["link"] for d in devices.values()}},
        "sensors": {f"s-{name}": {"kind": "input", "area": "yard", "input": f"{name}/di/0"} for name in names},
    }


class Dead(rig.RigCase):
    def setUp(self):
        self.site = self.rig(site())
        self.hole = socket.create_server(("127.0.0.1", self.site.port("hole")))  # accepts, never answers
        self.addCleanup(self.hole.close)
        self.site.broker.run()
        self.site.subscriber.run()
        self.site.wait_subscribed()
        self.site.start_wires(site=self.site.write("living.yaml", site(dead=())))
        self.site.start_daemon()

    def good(self, device):
        """Good exchanges with a device so far."""
        return self.site.device(device)["good"]

    def test_dead_ones_are_told_and_cost_the_others_nothing(self):
        for name in DEAD:
            lost = self.site.wait_event("picket.device.lost", name, deadline_s=20)
            self.assertEqual(lost["data"]["condition"], "device.lost", lost)
            alarm = self.site.wait_event("picket.alarm.raised", f"s-{name}", "supervision_lost", deadline_s=20)
            self.assertEqual(alarm["data"]["priority"], 1, alarm)
        for name in HEALTHY:
            self.assertEqual(self.site.events("picket.device.lost", name), [])

        before, start = {name: self.good(name) for name in HEALTHY}, time.monotonic()
        rig.wait_for(lambda: time.monotonic() >= start + WATCH_S, "the watch to end", WATCH_S + 1)
        for name in HEALTHY:
            rate = (self.good(name) - before[name]) / (time.monotonic() - start)
            self.assertGreater(rate, 0.85 * 1000 / SCAN_MS, f"{name}: {rate:.1f} scans/s beside dead devices")
            self.site.sim("set", f"s-{name}", "on")
            self.site.wait_event("picket.alarm.raised", f"s-{name}", "input.active", deadline_s=3)
        self.site.check_stream()

    def test_silence_is_never_a_value(self):
        for name in DEAD:
            self.site.wait_event("picket.alarm.raised", f"s-{name}", "supervision_lost", deadline_s=20)
        kept = self.site.retained("sensor/#")
        for name in DEAD:
            self.assertEqual(kept[f"sensor/s-{name}"]["state"], "unknown", kept)
            self.assertNotEqual(kept[f"sensor/s-{name}"]["quality"], "good", kept)
            self.assertEqual(self.site.events(None, f"s-{name}", "input.active"), [])

    def test_they_are_seen_when_they_return(self):
        for name in DEAD:
            self.site.wait_event("picket.alarm.raised", f"s-{name}", "supervision_lost", deadline_s=20)
        self.hole.close()
        self.assertEqual(self.site.wires.stop(), 0)
        self.site.start_wires()  # now with all of them
        for name in DEAD:
            self.site.wait_event("picket.device.restored", name, deadline_s=20)
            self.site.wait_event("picket.alarm.cleared", f"s-{name}", "supervision_lost", deadline_s=20)
        self.site.check_stream()


if __name__ == "__main__":
    rig.main()
