# Senstar's event count on a level: each rise over the threshold is a hit, a climber one in each event window.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, level: num/mv/0, threshold: 20, hysteresis: 5, count: 2, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 wire num/mv/0 = 30
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+100 wire num/mv/0 = 250
t=+0 scan x12
> 00:00.200 sensor.changed wire fence.activity active count=1
> 00:01.200 alarm.raised wire fence.intrusion B p1 BA #3 count=2
t=+100 wire num/mv/0 = 30
t=+0 scan x2
> 00:01.500 sensor.changed wire normal
t=+6000 wait
> 00:06.400 alarm.cleared wire fence.intrusion D p1 BH #3
