# Out of service ends at its time by itself: what is true is raised, and nothing stays hidden for ever (invariant I7).
areas: {yard: {title: Yard}}
sensors:
  mains: {kind: power, area: yard, input: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed mains normal initial
t=+0 out_of_service mains/power.lost level=3 by=fitter for=3600 why new battery
> 00:00.100 alarm.outofservice mains power.lost G p2 BB #2 out_of_service until 60:00 by fitter why new battery
> = ok
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:01.100 sensor.changed mains power.lost active
t=+3600000 wait
> 60:00.100 alarm.inservice mains power.lost A p2 BU #2
> 60:00.100 alarm.raised mains power.lost B p2 AT #5
