# Climb or lift: a signal that stays high counts once per dead time, so a climber is an intrusion after one second.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 2, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+100 wire io/di/0 = 1
t=+0 scan x25
> 00:00.200 sensor.changed wire fence.activity active count=1
> 00:01.200 alarm.raised wire fence.intrusion B p1 BA #3 count=2
t=+100 wire io/di/0 = 0
t=+0 scan x2
> 00:02.800 sensor.changed wire normal
t=+6000 wait
> 00:07.700 alarm.cleared wire fence.intrusion D p1 BH #3
