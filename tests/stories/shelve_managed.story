# ISA-18.2 highly managed alarms: duress and tamper cannot be shelved, nor bypassed with their sensor.
areas: {yard: {title: Yard}}
sensors:
  button: {kind: duress, area: yard, input: io/di/0, tamper: io/di/1}
  lid: {kind: tamper, area: yard, input: io/di/2}
story
t=+0 scan x2
> 00:00.100 sensor.changed button normal initial
> 00:00.100 sensor.changed lid normal initial
t=+0 shelve button/duress why quiet please
> = not maskable
t=+0 shelve button/tamper why quiet please
> = not maskable
t=+0 shelve lid/tamper why quiet please
> = not maskable
t=+0 bypass button why repair
> = not maskable
t=+0 bypass lid why repair
> = not maskable
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:01.100 alarm.raised button duress B latched p0 HA #3
> 00:01.100 sensor.changed button active
