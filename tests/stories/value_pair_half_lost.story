# A pair is as good as its worse half: when one contact's device is lost, the pair is not taken for quiet.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: {pair: [io/di/0, far/di/0]}}
story
t=+0 wire far/di/0 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 lose far
> 00:00.200 device.lost far device.lost B p2 ET #2
t=+0 scan x2
> 00:00.200 alarm.raised gate supervision_lost B p1 BZ #3
> 00:00.200 sensor.changed gate unknown bad
t=+1000 find far
> 00:01.300 device.restored far device.lost D p2 ER #2
t=+0 scan x2
> 00:01.400 alarm.cleared gate supervision_lost D p1 BR #3
> 00:01.400 sensor.changed gate closed
