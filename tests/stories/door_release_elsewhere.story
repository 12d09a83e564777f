# IEC 60839-11-1 table 2 item 24, 400 ms: a release read by another device is waited for; when it does not come, the door is
# forced 400 ms after it opened, with the time of the opening.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, release: far/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
# the release is heard 40 ms after the opening
t=+100 sample io/di/0 = 1
> 00:00.200 sensor.changed gate open
t=+40 sample far/di/0 = 1
t=+0 wire io/di/0 = 0
t=+100 scan x2
> 00:00.440 sensor.changed gate closed
# and here it is silent
t=+0 sample far/di/0 = 0
t=+100 sample far/di/0 = 0
t=+6000 sample io/di/0 = 1
> 00:06.540 sensor.changed gate open
t=+1000 wait
> 00:06.540 alarm.raised gate door.forced B latched p1 DF #5
