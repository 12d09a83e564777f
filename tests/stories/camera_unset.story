# In an unset area a trigger is an event (sensor.changed, camera.trigger, priority 5) and no alarm.
areas: {yard: {title: Yard, start: unset}}
sensors:
  cam: {kind: camera, area: yard, trigger: io/di/0, tamper: io/di/1}
story
t=+0 scan x2
> 00:00.100 sensor.changed cam normal initial
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:01.100 sensor.changed cam camera.trigger active
t=+1000 wire io/di/0 = 0
t=+0 scan x2
> 00:02.300 sensor.changed cam normal
t=+6000 set yard
> 00:08.300 area.set yard CL by op12
> = ok
