# Three steps, the first of them again in between: the older beginning still leads to the end.
areas: {north: {title: North}}
sensors:
  a: {kind: fence, area: north, hit: io/di/0, count: 1, dead_ms: 100, hold_s: 1}
  b: {kind: camera, area: north, trigger: io/di/1, hold_s: 1}
  c: {kind: input, area: north, input: io/di/2}
rules:
  way: {sequence: [a, b, c], within_s: 60}
story
t=+0 scan x2
> 00:00.100 sensor.changed a normal initial
> 00:00.100 sensor.changed b normal initial
> 00:00.100 sensor.changed c normal initial
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:01.100 alarm.raised a fence.intrusion B p1 BA #4
> 00:01.100 sensor.changed a active
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:01.300 sensor.changed a normal
t=+1000 wire io/di/1 = 1
> 00:02.200 alarm.cleared a fence.intrusion D p1 BH #4
t=+0 scan
> 00:02.300 alarm.raised b camera.trigger B p2 BA #8
> 00:02.300 sensor.changed b active
t=+0 wire io/di/1 = 0
t=+100 scan x2
> 00:02.500 sensor.changed b normal
t=+1000 wire io/di/0 = 1
> 00:03.400 alarm.cleared b camera.trigger D p2 BH #8
t=+0 scan
> 00:03.500 alarm.updated a fence.intrusion B p1 BA #12 count=2
> 00:03.500 sensor.changed a active
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:03.700 sensor.changed a normal
t=+1000 wire io/di/2 = 1
> 00:04.600 alarm.cleared a fence.intrusion D p1 BH #12 count=2
t=+0 scan
> 00:04.700 alarm.raised c input.active B p3 UA #16
> 00:04.700 alarm.raised way sequence B p1 BV #17
> 00:04.700 sensor.changed c active
t=+0 wire io/di/2 = 0
t=+100 scan x2
> 00:04.900 alarm.cleared c input.active D p3 UH #16
> 00:04.900 sensor.changed c normal
