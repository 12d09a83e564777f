# Coincidence wants different sensors: one that is hit again and again verifies nothing, and when it is verified only prolongs.
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
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:01.100 alarm.raised a fence.intrusion B p1 BA #4
> 00:01.100 sensor.changed a active
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:01.300 sensor.changed a normal
t=+3000 wait
> 00:02.200 alarm.cleared a fence.intrusion D p1 BH #4
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:05.300 alarm.updated a fence.intrusion B p1 BA #8 count=2
> 00:05.300 sensor.changed a active
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:05.500 sensor.changed a normal
t=+1000 wire io/di/1 = 1
> 00:06.400 alarm.cleared a fence.intrusion D p1 BH #8 count=2
t=+0 scan
> 00:06.500 alarm.raised b camera.trigger B p2 BA #12
> 00:06.500 alarm.raised both verified B p1 BV #13
> 00:06.500 sensor.changed b active
t=+0 wire io/di/1 = 0
t=+100 scan x2
> 00:06.700 sensor.changed b normal
t=+3000 wait
> 00:07.600 alarm.cleared b camera.trigger D p2 BH #12
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:10.700 alarm.updated a fence.intrusion B p1 BA #17 count=3
> 00:10.700 sensor.changed a active
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:10.900 sensor.changed a normal
t=+1000 wire io/di/2 = 1
> 00:11.800 alarm.cleared a fence.intrusion D p1 BH #17 count=3
t=+0 scan
> 00:11.900 alarm.raised c input.active B p3 UA #21
> 00:11.900 alarm.updated both verified B p1 BV #22 count=2
> 00:11.900 sensor.changed c active
t=+0 wire io/di/2 = 0
t=+100 scan x2
> 00:12.100 alarm.cleared c input.active D p3 UH #21
> 00:12.100 sensor.changed c normal
