# A device that is being changed is out of service: its loss is no alarm, and when it is back in service and still lost, it is.
areas: {yard: {title: Yard}}
sensors:
  pump: {kind: input, area: yard, input: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed pump normal initial
t=+0 out_of_service io/device.lost level=3 by=fitter for=3600 why new module
> 00:00.100 alarm.outofservice io device.lost G p2 BB #2 out_of_service until 60:00 by fitter why new module
> = ok
t=+1000 lose io
t=+0 scan
> 00:01.100 alarm.raised pump supervision_lost B p1 BZ #3
> 00:01.100 sensor.changed pump unknown bad
t=+60000 in_service io/device.lost level=3 by=fitter
> 01:01.100 alarm.inservice io device.lost A p2 BU #2 by fitter
> 01:01.100 device.lost io device.lost B p2 ET #6 by fitter
> = ok
