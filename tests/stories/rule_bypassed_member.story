# A bypassed or shelved sensor does not speak in a rule; the others still do.
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
t=+0 bypass a why repair
> 00:00.100 alarm.suppressed a fence.intrusion F p1 BB #4 inhibited by op12 why repair
> = ok
t=+0 shelve b/camera.trigger why sun
> 00:00.100 alarm.shelved b camera.trigger E p2 #5 shelved until 60:00 by op12 why sun
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
t=+1000 wire io/di/2 = 1
t=+0 scan
> 00:03.500 alarm.raised c input.active B p3 UA #10
> 00:03.500 sensor.changed c active
t=+0 wire io/di/2 = 0
t=+100 scan x2
> 00:03.700 alarm.cleared c input.active D p3 UH #10
> 00:03.700 sensor.changed c normal
