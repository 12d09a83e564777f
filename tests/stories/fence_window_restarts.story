# Restarting window: three blows 15 s apart are within 20 s of each other, though the first and the last are not.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 3, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+14800 sample io/di/0 = 1
> 00:14.900 sensor.changed wire fence.activity active count=1
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:15.100 sensor.changed wire normal
t=+14800 sample io/di/0 = 1
> 00:29.900 sensor.changed wire fence.activity active count=2
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:30.100 sensor.changed wire normal
t=+14800 sample io/di/0 = 1
> 00:44.900 alarm.raised wire fence.intrusion B p1 BA #6 count=3
> 00:44.900 sensor.changed wire active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:45.100 sensor.changed wire normal
