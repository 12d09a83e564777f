# BS 8243: nothing is verified while unset; what an unset area sees is no part of a rule.
areas: {north: {title: North}}
sensors:
  a: {kind: fence, area: north, hit: io/di/0, count: 1, dead_ms: 100, hold_s: 1}
  b: {kind: camera, area: north, trigger: io/di/1, hold_s: 1}
  c: {kind: input, area: north, input: io/di/2}
rules:
  both: {at_least: 2, of: [a, b, c], within_s: 30, priority: 1, title: Verified}
story
t=+0 scan x2
> 00:00.100 sensor.changed a normal initial
> 00:00.100 sensor.changed b normal initial
> 00:00.100 sensor.changed c normal initial
t=+0 unset north
> 00:00.100 area.unset north OP by op12
> = ok
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:01.100 sensor.changed a fence.activity active count=1
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:01.300 sensor.changed a normal
t=+1000 wire io/di/1 = 1
t=+0 scan
> 00:02.300 sensor.changed b camera.trigger active
t=+0 wire io/di/1 = 0
t=+100 scan x2
> 00:02.500 sensor.changed b normal
