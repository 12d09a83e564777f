# State at boot: a fence input that is high at the first look is one hit, and initial.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 2, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 wire io/di/0 = 1
t=+0 scan
> 00:00.000 sensor.changed wire fence.activity active count=1 initial
t=+100 wire io/di/0 = 0
t=+0 scan x2
> 00:00.200 sensor.changed wire normal
