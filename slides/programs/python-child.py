import subprocess as s

sort = s.Popen("sort", stdin=s.PIPE, stdout=s.PIPE)
print(sort.stdout.read())
