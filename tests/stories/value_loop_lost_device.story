# Losing the device neither ends nor raises a trouble of the wire: supervision is a condition of its own.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: {loop: dual, point: num/loop/0}}
story
t=+0 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 wire num/loop/0 = 4095
t=+0 scan x2
> 00:00.200 alarm.raised gate loop.open B latched p1 BT #2
t=+100 lose num
> 00:00.400 device.lost num device.lost B p2 ET #3
t=+0 scan
> 00:00.400 alarm.raised gate supervision_lost B p1 BZ #4
> 00:00.400 sensor.changed gate unknown bad
t=+1000 find num
> 00:01.400 device.restored num device.lost D p2 ER #3
t=+0 wire num/loop/0 = 2050
t=+0 scan x2
> 00:01.500 alarm.cleared gate loop.open D latched p1 BJ #2
> 00:01.500 alarm.cleared gate supervision_lost D p1 BR #4
> 00:01.500 sensor.changed gate closed
