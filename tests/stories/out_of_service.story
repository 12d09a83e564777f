# ISA-18.2 out of service (letter G): maintenance, level 3, with a reason and a time when it must be back; even duress. Put back by
# hand, what is true is raised unacknowledged.
areas: {yard: {title: Yard}}
sensors:
  button: {kind: duress, area: yard, input: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed button normal initial
t=+0 out_of_service button/duress why new button
> = level too low
t=+0 out_of_service button/duress level=3
> = no reason
t=+0 out_of_service button/duress level=3 by=fitter for=3600 why new button
> 00:00.100 alarm.outofservice button duress G p0 BB #2 out_of_service until 60:00 by fitter why new button
> = ok
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:01.100 sensor.changed button duress active
t=+1000 in_service button/duress
> = level too low
t=+0 in_service button/duress level=3 by=fitter
> 00:02.200 alarm.inservice button duress A p0 BU #2 by fitter
> 00:02.200 alarm.raised button duress B latched p0 HA #5 by fitter
> = ok
