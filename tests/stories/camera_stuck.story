# Stuck high for 5 minutes is a fault of the camera (SIA IA, IR), a condition of its own beside the trigger.
areas: {yard: {title: Yard}}
sensors:
  cam: {kind: camera, area: yard, trigger: io/di/0, tamper: io/di/1}
story
t=+0 scan x2
> 00:00.100 sensor.changed cam normal initial
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:01.100 alarm.raised cam camera.trigger B p2 BA #2
> 00:01.100 sensor.changed cam active
t=+299900 scan x2
> 05:01.100 alarm.raised cam camera.stuck B p3 IA #4
t=+1000 wire io/di/0 = 0
t=+0 scan x2
> 05:02.200 alarm.cleared cam camera.stuck D p3 IR #4
> 05:02.200 sensor.changed cam normal
t=+6000 wait
> 05:07.100 alarm.cleared cam camera.trigger D p2 BH #2
