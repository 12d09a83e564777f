# A counter that went back belongs to a device that was started anew: no hit, but told, and the next count is one.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, counter: num/hits/0, count: 1, window_s: 20, dead_ms: 0, hold_s: 5}
story
t=+0 wire num/hits/0 = 900
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+100 wire num/hits/0 = 0
t=+0 scan x2
> 00:00.200 sensor.changed wire normal why the counter went back: its device was started anew
t=+100 wire num/hits/0 = 1
t=+0 scan x2
> 00:00.400 alarm.raised wire fence.intrusion B p1 BA #3
> 00:00.400 sensor.changed wire active
