# Alarm window expires, event = 0: blows 21 s apart are activity each, never an intrusion.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 2, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+20800 sample io/di/0 = 1
> 00:20.900 sensor.changed wire fence.activity active count=1
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:21.100 sensor.changed wire normal
t=+20800 sample io/di/0 = 1
> 00:41.900 sensor.changed wire fence.activity active count=1
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:42.100 sensor.changed wire normal
t=+20800 sample io/di/0 = 1
> 01:02.900 sensor.changed wire fence.activity active count=1
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 01:03.100 sensor.changed wire normal
