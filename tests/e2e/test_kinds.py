# SPDX-License-Identifier: Apache-2.0
"""Every kind of sensor: its alarm reaches a subscriber with the right condition, priority and seq, and clears."""
import rig

SITE = {
    "picket": 1, "site": "kinds", "gateway": "gw-1",
    "broker": {"urls": ["BROKER"]},
    "journal": {"dir": "FOLDER/journal"},
    "links": {"yard": {"url": "TCP_yard", "timeout_ms": 500},
              "bus": {"url": "rtu:TTY_bus?baud=38400&parity=none&stop=1", "timeout_ms": 300}},
    "devices": {
        "io": {"link": "yard", "unit": 1, "scan_ms": 50, "points": {"di": {"table": "discrete", "address": 0, "count": 16}}},
        "rt": {"link": "bus", "unit": 7, "scan_ms": 100,
               "points": {"di": {"table": "discrete", "address": 100, "count": 8},
                          "reg": {"table": "holding", "address": 4, "bit": 0, "count": 16}}},
    },
    "areas": {"north": {"title": "North"}, "yard": {"title": "Yard", "start": "unset"}},
    "sensors": {
        "gate": {"kind": "door", "area": "north", "contact": "io/di/0", "bolt": "io/di/1", "release": "io/di/2",
                 "tamper": "io/di/3", "held_s": 2, "pre_alarm_s": 1, "guidance": "Look at camera 31",
                 "camera": {"id": "cam-31", "preset": 4}},
        "hatch": {"kind": "door", "area": "yard", "contact": "not rt/di/0"},
        "fence": {"kind": "fence", "area": "north", "hit": "rt/di/1", "count": 2, "window_s": 10, "dead_ms": 100,
                  "hold_s": 1},
        "cam": {"kind": "camera", "area": "north", "trigger": "io/di/4", "tamper": "io/di/5", "stuck_s": 3, "hold_s": 1},
        "button": {"kind": "duress", "area": "yard", "input": "io/di/6"},
        "lid": {"kind": "tamper", "area": "north", "input": "rt/di/2"},
        "mains": {"kind": "power", "area": "north", "input": "not io/di/7", "on_delay_s": 0},
        "gas": {"kind": "input", "area": "north", "input": "io/di/8", "condition": "gas.leak",
                "conditions": {"gas.leak": {"priority": 2}}},
    },
}

# sensor, state that raises, condition, priority, state that clears
COME_AND_GO = [
    ("gate", "open", "door.forced", 1, "locked"),
    ("gate", "unlocked", "door.not_locked", 2, "locked"),
    ("gate", "tamper", "tamper", 1, "notamper"),
    ("hatch", "open", "door.forced", 2, "closed"),  # its area is unset
    ("cam", "trigger", "camera.trigger", 2, "clear"),
    ("cam", "tamper", "tamper", 1, "notamper"),
    ("button", "press", "duress", 0, "release"),
    ("lid", "on", "tamper", 1, "off"),
    ("mains", "lost", "power.lost", 2, "good"),
    ("gas", "on", "gas.leak", 2, "off"),
]
LATCHED = {"door.forced", "tamper", "duress"}


class Kinds(rig.RigCase):
    def setUp(self):
        self.site = self.rig(SITE)
        self.site.start()

    def raised(self, sensor, condition, priority, after):
        event = self.site.wait_event("picket.alarm.raised", sensor, condition, after)
        data = event["data"]
        self.assertEqual(data["priority"], priority, event)
        self.assertEqual(data["quality"], "good", event)
        self.assertEqual(data["occurrence"], event["id"], event)
        self.assertEqual(event["id"].rsplit("/", 1)[1], str(data["seq"]), event)
        self.assertTrue(data["state"]["active"], event)
        return event

    def cleared(self, sensor, condition, raised):
        event = self.site.wait_event("picket.alarm.cleared", sensor, condition, raised["data"]["seq"])
        self.assertFalse(event["data"]["state"]["active"], event)
        self.assertEqual(event["data"]["occurrence"], raised["id"], event)
        return event

    def test_each_alarm_comes_and_goes(self):
        for sensor, state, condition, priority, back in COME_AND_GO:
            with self.subTest(sensor=sensor, condition=condition):
                before = self.site.head()
                self.site.sim("set", sensor, state)
                raised = self.raised(sensor, condition, priority, before)
                kept = self.site.retained(f"alarm/{sensor}/{condition}")
                self.assertEqual([k["state"]["active"] for k in kept.values()], [True], kept)
                self.site.sim("set", sensor, back)
                cleared = self.cleared(sensor, condition, raised)
                self.assertEqual(cleared["data"]["state"]["latched"], condition in LATCHED, cleared)
        self.site.check_stream()

    def test_open_longer_than_allowed(self):
        self.site.sim("set", "gate", "release")
        self.site.sim("set", "gate", "open")
        early = self.raised("gate", "door.held.pre", 4, 0)
        held = self.raised("gate", "door.held", 2, early["data"]["seq"])
        self.assertEqual(self.site.events("picket.alarm.raised", "gate", "door.forced"), [], "a released door was forced")
        self.assertEqual(held["data"].get("guidance"), "Look at camera 31", held)
        self.assertEqual(held["data"].get("camera"), {"id": "cam-31", "preset": 4}, held)
        self.site.sim("set", "gate", "locked")
        self.cleared("gate", "door.held", held)

    def test_hits_make_an_intrusion(self):
        self.site.sim("set", "fence", "hit")
        first = rig.wait_for(lambda: self.site.events(subject="fence", condition="fence.activity"), "a single hit")[0]
        self.assertEqual(first["data"]["priority"], 5, first)
        self.assertEqual(self.site.events("picket.alarm.raised", "fence", "fence.intrusion"), [], "one hit is no intrusion")
        self.site.sim("set", "fence", "hit")
        raised = self.raised("fence", "fence.intrusion", 1, first["data"]["seq"])
        self.cleared("fence", "fence.intrusion", raised)

    def test_camera_that_never_rests(self):
        self.site.sim("set", "cam", "trigger")
        stuck = self.raised("cam", "camera.stuck", 3, 0)
        self.site.sim("set", "cam", "clear")
        self.cleared("cam", "camera.stuck", stuck)

    def test_latched_until_acknowledged_and_reset(self):
        self.site.sim("set", "lid", "on")
        raised = self.raised("lid", "tamper", 1, 0)
        self.site.sim("set", "lid", "off")
        self.cleared("lid", "tamper", raised)
        self.assertNotEqual(self.site.ctl("reset", "lid/tamper", check=False)[0], 0, "reset before acknowledgement")
        self.assertIn("alarm/lid/tamper", self.site.retained("alarm/#"))
        self.site.ctl("ack", "lid/tamper")
        acked = self.site.wait_event("picket.alarm.acked", "lid", "tamper")
        self.assertTrue(acked["data"]["state"]["acked"], acked)
        self.site.ctl("reset", "lid/tamper")
        self.site.wait_event("picket.alarm.reset", "lid", "tamper")
        rig.wait_for(lambda: "alarm/lid/tamper" not in self.site.retained("alarm/#"), "the retained alarm to go")


class FirstLook(rig.RigCase):
    def test_door_that_is_open_at_the_start(self):
        site = self.rig(SITE)
        site.broker.run()
        site.subscriber.run()
        site.wait_subscribed()
        site.start_wires()
        site.sim("set", "gate", "open")
        site.start_daemon()
        event = site.wait_event("picket.alarm.raised", "gate", "door.forced")
        self.assertTrue(event["data"].get("initial"), event)
        self.assertEqual(site.check_stream(), 0)


if __name__ == "__main__":
    rig.main()
