# One blow that the input and the counter both see is one hit: the dead time joins them.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, counter: num/hits/0, count: 2, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+100 wire io/di/0 = 1
t=+0 wire num/hits/0 = 1
t=+0 scan
> 00:00.200 sensor.changed wire fence.activity active count=1
t=+100 wire io/di/0 = 0
t=+0 scan x2
> 00:00.400 sensor.changed wire normal
t=+2000 wire num/hits/0 = 2
t=+0 scan x2
> 00:02.400 alarm.raised wire fence.intrusion B p1 BA #4 count=2
> 00:02.400 sensor.changed wire active
t=+6000 scan
> 00:08.500 alarm.cleared wire fence.intrusion D p1 BH #4
> 00:08.500 sensor.changed wire normal
