# Event window (dead time) 1 s: one blow that rings for 900 ms is one hit.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 2, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+100 sample io/di/0 = 1
> 00:00.200 sensor.changed wire fence.activity active count=1
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:00.400 sensor.changed wire normal
t=+100 sample io/di/0 = 1
> 00:00.500 sensor.changed wire active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:00.700 sensor.changed wire normal
t=+100 sample io/di/0 = 1
> 00:00.800 sensor.changed wire active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:01.000 sensor.changed wire normal
t=+100 sample io/di/0 = 1
> 00:01.100 sensor.changed wire active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:01.300 sensor.changed wire normal
