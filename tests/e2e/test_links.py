# SPDX-License-Identifier: Apache-2.0
"""Links in every form: names, IPv6, RTU frames over TCP, a backup way, an adapter that is pulled out."""
import os
import re
import time

import rig

SCAN_MS = 100
LINE = "baud=38400&parity=none&stop=1"
RETURN_S = 60  # the primary is taken again after 30 s and a check or two
INPUTS = {"di": {"table": "discrete", "address": 0, "count": 4}}


def site(links):
    return {
        "picket": 1, "site": "links", "gateway": "gw-1", "broker": {"urls": ["BROKER"]},
        "journal": {"dir": "FOLDER/journal"}, "areas": {"yard": {"title": "Yard"}}, "links": links,
        "devices": {f"d-{name}": {"link": name, "unit": 1, "scan_ms": SCAN_MS, "points": INPUTS} for name in links},
        "sensors": {f"s-{name}": {"kind": "input", "area": "yard", "input": f"d-{name}/di/0"} for name in links},
    }


class LinksCase(rig.RigCase):
    def begin(self, links, played):
        """A gateway with these links; picket-sim plays the devices at `played`. Bridges in between come first."""
        self.site = self.rig(site(links))
        self.site.broker.run()
        self.site.subscriber.run()
        self.site.wait_subscribed()
        self.site.start_wires(site=self.site.write("played.yaml", site(played)))

    def bridge(self, name, *ends):
        child = self.site.child(name, "socat", *ends)
        rig.wait_for(child.alive, f"{name} to run")
        return child

    def link(self, name):
        return next(row for row in self.site.ctl_json("links")["links"] if row["id"] == name)

    def wait_link(self, name, what, holds, deadline_s=rig.SOME_S):
        return rig.wait_for(lambda: holds(row := self.link(name)) and row, lambda: f"{what}: {self.link(name)}", deadline_s)

    def wait_up(self, name):
        self.wait_link(name, f"link {name} to answer",
                       lambda row: row["state"] == "up" and self.site.device(f"d-{name}")["state"] == "ok")

    def check_hears(self, name):
        self.site.sim("set", f"s-{name}", "on")
        self.site.wait_event("picket.alarm.raised", f"s-{name}", "input.active")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.site.daemon.process.pid}/fd"))

    def log_lines(self, pattern):
        return [line for line in self.site.daemon.text().splitlines() if re.search(pattern, line)]


class Forms(LinksCase):
    def test_names_ipv6_and_rtu_over_tcp(self):
        named, six, converter, bus = rig.free_ports(4)
        links = {
            "named": {"url": f"tcp://localhost:{named}"}, "six": {"url": f"tcp://[::1]:{six}"},
            "lines": {"url": f"rtu+tcp://127.0.0.1:{converter}?{LINE}", "timeout_ms": 200},
            "bus": {"url": f"rtu+tcp://localhost:{bus}?{LINE}", "timeout_ms": 200},
        }
        self.begin(links, {**links, "lines": {"url": f"rtu:TTY_lines?{LINE}"}})
        self.bridge("converter", f"TCP-LISTEN:{converter},bind=127.0.0.1,reuseaddr",
                    self.site.fill("TTY_lines") + ",raw,echo=0,b38400")
        self.site.start_daemon()
        for name in links:
            self.wait_up(name)
            self.check_hears(name)
        self.assertEqual(self.link("six")["url"], f"tcp://[::1]:{six}")
        self.assertEqual(self.link("bus")["url"], f"rtu+tcp://localhost:{bus}")
        for name in links:
            self.assertEqual(self.site.events("picket.device.lost", f"d-{name}"), [])

    def test_what_cannot_be_opened_says_why_and_harms_nobody(self):
        fine, = rig.free_ports(1)
        links = {
            "fine": {"url": f"tcp://localhost:{fine}"}, "nobody": {"url": "tcp://no-such-host.invalid:502"},
            "rs485": {"url": f"rtu:TTY_rs485?{LINE}&rs485=on", "timeout_ms": 100},
        }
        self.begin(links, {"fine": links["fine"], "rs485": {"url": f"rtu:TTY_rs485?{LINE}"}})
        self.site.start_daemon()
        self.wait_up("fine")
        self.wait_link("rs485", "the reason", lambda row: "cannot do RS-485 by itself" in (row["error"] or ""))
        self.wait_link("nobody", "the reason", lambda row: "no-such-host.invalid" in (row["error"] or ""), 30)
        for name in ("rs485", "nobody"):
            self.site.wait_event("picket.device.lost", f"d-{name}", deadline_s=20)
            self.assertNotEqual(self.link(name)["state"], "up")
        before, start = self.site.device("d-fine")["good"], time.monotonic()
        rig.wait_for(lambda: time.monotonic() >= start + 3, "the watch to end", 4)
        rate = (self.site.device("d-fine")["good"] - before) / (time.monotonic() - start)
        self.assertGreater(rate, 0.85 * 1000 / SCAN_MS)
        self.assertEqual(len(self.log_lines(r"link rs485 .*cannot do RS-485")), 1)
        self.assertIn("cannot do RS-485", self.site.ctl("links")[1])


class Ways(LinksCase):
    def test_backup_is_used_and_left_again(self):
        primary, backup = rig.free_ports(2)
        links = {"two": {"urls": [f"tcp://127.0.0.1:{primary}", f"tcp://127.0.0.1:{backup}"]}}
        self.begin(links, {"two": {"url": links["two"]["urls"][0]}})
        other = rig.Child("picket-sim-b", self.site.folder,
                          {**self.site.environment, "PICKET_SIM_SOCKET": os.path.join(self.site.folder, "b.sock")})
        self.site.others.append(other)
        other.start(os.path.join(rig.BIN, "picket-sim"),
                    self.site.write("other.yaml", site({"two": {"url": links["two"]["urls"][1]}})))
        rig.wait_for(lambda: rig.listens(backup), "the backup to listen")
        self.site.start_daemon()
        self.wait_up("two")
        self.wait_link("two", "the check of the backup", lambda row: row["idle"] == "good")
        self.assertEqual(self.link("two")["path"], "primary")

        self.site.sim("kill", "two")
        row = self.wait_link("two", "the switch", lambda row: row["path"] == "backup" and row["state"] == "up")
        self.assertEqual((row["url"], row["switches"]), (links["two"]["urls"][1], 1), row)
        self.wait_link("two", "the state of the primary", lambda row: "refused" in (row["idle_error"] or ""), 20)
        self.assertIn("backup, primary bad", self.site.ctl("links")[1])
        self.assertEqual(self.site.device("d-two")["state"], "ok")

        self.site.sim("revive", "two")
        start = time.monotonic()
        self.wait_link("two", "the return", lambda row: row["path"] == "primary" and row["state"] == "up", RETURN_S)
        self.assertGreater(time.monotonic() - start, 20)  # not at its first sign of life
        self.check_hears("two")
        self.assertEqual(self.link("two")["switches"], 2)
        self.assertEqual(len(self.log_lines("link two: .* is used now")), 2)
        self.assertEqual(self.site.events("picket.device.lost"), [])
        self.site.check_stream()


class Adapter(LinksCase):
    def test_pulled_out_and_back(self):
        port, = rig.free_ports(1)
        links = {"usb": {"url": f"rtu:TTY_usb?{LINE}", "timeout_ms": 200}}
        self.begin(links, {"usb": {"url": f"rtu+tcp://127.0.0.1:{port}?{LINE}"}})
        path = self.site.fill("TTY_usb")
        adapter = self.bridge("adapter", f"PTY,link={path},raw,echo=0", f"TCP:127.0.0.1:{port}")
        rig.wait_for(lambda: os.path.exists(path), "the adapter")
        self.site.start_daemon()
        self.wait_up("usb")
        before = self.descriptors()
        for times in range(1, 4):
            adapter.stop()
            rig.wait_for(lambda count=times: len(self.site.events("picket.device.lost", "d-usb")) >= count, "the loss")
            row = self.wait_link("usb", "the reason", lambda row: "No such file" in (row["error"] or ""))
            self.assertNotEqual(row["state"], "up")
            adapter = self.bridge(f"adapter-{times}", f"PTY,link={path},raw,echo=0", f"TCP:127.0.0.1:{port}")
            rig.wait_for(lambda count=times: len(self.site.events("picket.device.restored", "d-usb")) >= count,
                         "the return")
            self.wait_up("usb")
        self.assertEqual(self.descriptors(), before)
        self.check_hears("usb")


if __name__ == "__main__":
    rig.main()
