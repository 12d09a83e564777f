# Duress takes precedence: priority 0 at the first sample, in an unset area too, latched; SIA HA, HH.
areas: {yard: {title: Yard, start: unset}}
sensors:
  button: {kind: duress, area: yard, input: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed button normal initial
t=+500 sample io/di/0 = 1
> 00:00.600 alarm.raised button duress B latched p0 HA #2
> 00:00.600 sensor.changed button active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:00.800 alarm.cleared button duress D latched p0 HH #2
> 00:00.800 sensor.changed button normal
t=+1000 sample io/di/0 = 1
> 00:01.800 alarm.updated button duress B latched p0 HA #6 count=2
> 00:01.800 sensor.changed button active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:02.000 alarm.cleared button duress D latched p0 HH #6 count=2
> 00:02.000 sensor.changed button normal
t=+0 ack button/duress
> 00:02.000 alarm.acked button duress C latched p0 #6 count=2 by op12
> 00:02.000 alarm.latched button duress C latched p0 #6 count=2 by op12
> = ok
t=+0 reset button/duress
> 00:02.000 alarm.reset button duress A p0 #6 count=2 by op12
> = ok
