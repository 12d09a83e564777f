# A sensor may be in many rules; they are told in the order of the file.
areas: {north: {title: North}}
sensors:
  a: {kind: fence, area: north, hit: io/di/0, count: 1, dead_ms: 100, hold_s: 1}
  b: {kind: camera, area: north, trigger: io/di/1, hold_s: 1}
  c: {kind: input, area: north, input: io/di/2}
rules:
  ab: {at_least: 2, of: [a, b], within_s: 30}
  ba: {sequence: [b, a], within_s: 30}
  abc: {at_least: 3, of: [a, b, c], within_s: 30, priority: 0}
story
t=+0 scan x2
> 00:00.100 sensor.changed a normal initial
> 00:00.100 sensor.changed b normal initial
> 00:00.100 sensor.changed c normal initial
t=+1000 wire io/di/1 = 1
t=+0 scan
> 00:01.100 alarm.raised b camera.trigger B p2 BA #4
> 00:01.100 sensor.changed b active
t=+0 wire io/di/1 = 0
t=+100 scan x2
> 00:01.300 sensor.changed b normal
t=+1000 wire io/di/0 = 1
> 00:02.200 alarm.cleared b camera.trigger D p2 BH #4
t=+0 scan
> 00:02.300 alarm.raised a fence.intrusion B p1 BA #8
> 00:02.300 alarm.raised ab verified B p1 BV #9
> 00:02.300 alarm.raised ba sequence B p1 BV #10
> 00:02.300 sensor.changed a active
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:02.500 sensor.changed a normal
t=+1000 wire io/di/2 = 1
> 00:03.400 alarm.cleared a fence.intrusion D p1 BH #8
t=+0 scan
> 00:03.500 alarm.raised c input.active B p3 UA #14
> 00:03.500 alarm.raised abc verified B p0 BV #15
> 00:03.500 sensor.changed c active
t=+0 wire io/di/2 = 0
t=+100 scan x2
> 00:03.700 alarm.cleared c input.active D p3 UH #14
> 00:03.700 sensor.changed c normal
