# An event counter catches what no look saw: two blows between two scans, and the wrap of its 16 bits, are all counted; BA 131.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, counter: num/hits/0, count: 2, window_s: 20, dead_ms: 0, hold_s: 5}
story
t=+0 wire num/hits/0 = 65534
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+5000 wire num/hits/0 = 65535
t=+0 scan x2
> 00:05.100 sensor.changed wire fence.activity active count=1
t=+5000 wire num/hits/0 = 1
t=+0 scan x3
> 00:10.200 alarm.raised wire fence.intrusion B p1 BA #3 count=3
> 00:10.400 sensor.changed wire normal
t=+6000 wait
> 00:15.300 alarm.cleared wire fence.intrusion D p1 BH #3
