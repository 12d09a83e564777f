# A device that never answered: its sensors are unknown, then lost, never closed.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0}
story
t=+0 view gate
> = unknown unknown
t=+1000 sample io/di/0 = 0 uncertain
t=+1000 lose io
> 00:02.000 device.lost io device.lost B p2 ET #1
t=+0 scan
> 00:02.000 alarm.raised gate supervision_lost B p1 BZ #2 initial
> 00:02.000 sensor.changed gate unknown bad initial
t=+0 view gate
> = unknown bad
