# A fence intrusion that is over after the restart is cleared, held its time, and stays unacknowledged.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 2, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+1000 sample io/di/0 = 1
> 00:01.100 sensor.changed wire fence.activity active count=1
t=+100 sample io/di/0 = 0
t=+1000 sample io/di/0 = 1
> 00:02.200 alarm.raised wire fence.intrusion B p1 BA #3 count=2
t=+100 restart
t=+0 wire io/di/0 = 0
t=+0 scan x2
> 00:02.400 sensor.changed wire normal initial
t=+6000 wait
> 00:07.300 alarm.cleared wire fence.intrusion D p1 BH #3
