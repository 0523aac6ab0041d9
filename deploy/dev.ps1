#requires -Version 7
# As dev.sh, for PowerShell 7 on Windows and elsewhere: the split topology on this machine from what is installed. One command
# starts it, Ctrl-C stops all of it; what it keeps is in .dev beside the sources.
#   deploy/dev.ps1                        http://127.0.0.1:5080
#   deploy/dev.ps1 -Kafka host:9092       with a broker that runs already
#   deploy/dev.ps1 -KafkaHome C:\kafka    with Kafka unpacked there (from 4.0 on, needs Java 17)
# Without a broker all modules run in one process, on PostgreSQL and Redis: events cannot leave a process without one.
param(
  [string]$Kafka = $env:KAFKA, [string]$KafkaHome = $env:KAFKA_HOME, [int]$Port = 5080, [int]$Base = 15400, [string]$Folder,
  [switch]$SkipBuild, [switch]$CheckOnly
)
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
$dev = if ($Folder) { $Folder } else { Join-Path $root '.dev' }
$program = Join-Path $root 'src/SmartFlow.Host/bin/Debug/net10.0/smartflow.dll'
$pgPort, $redisPort, $kafkaPort, $kafkaController = $Base, ($Base + 1), ($Base + 2), ($Base + 3)
# name, module; the n-th has its web port at Base+100+n and its gRPC port at Base+200+n.
$processes = 'userauth:userauth', 'tokenstore-1:tokenstore', 'tokenstore-2:tokenstore', 'llm-1:llm', 'llm-2:llm', 'planner:planner',
  'agent:agent', 'memory:memory', 'activescheduler:activescheduler', 'forum:forum', 'notification:notification', 'gateway:gateway'

function Fail([string]$text) { throw "dev.ps1: $text" }

# --- What is installed
function Find-Program([string[]]$names) {
  foreach ($name in $names) {
    $found = Get-Command $name -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if ($found) { return $found.Source }
    $places = 'C:\Program Files\PostgreSQL\*\bin', '/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql@*/bin', '/usr/sbin'
    $there = Get-ChildItem -Path ($places | ForEach-Object { "$_/$name*" }) -ErrorAction Ignore |
      Where-Object { $_.BaseName -eq $name } | Sort-Object FullName | Select-Object -Last 1
    if ($there) { return $there.FullName }
  }
}
$missing = @()
if (-not ((Get-Command dotnet -ErrorAction Ignore) -and (dotnet --list-sdks | Select-String '^10\.'))) { $missing += '.NET 10 SDK: https://dotnet.microsoft.com/download' }
if ($env:SMARTFLOW_SKIP_WEB -ne '1' -and -not (Find-Program node)) { $missing += 'Node.js 20.19: https://nodejs.org, or set SMARTFLOW_SKIP_WEB=1 to do without the web application' }
$initdb = Find-Program initdb
$pgCtl = Find-Program pg_ctl
if (-not $initdb -or -not $pgCtl) { $missing += 'PostgreSQL: winget install PostgreSQL.PostgreSQL, apt-get install postgresql, or brew install postgresql@16' }
$redis = Find-Program redis-server, garnet-server
if (-not $redis) { $missing += 'Redis: dotnet tool install --global garnet-server (Windows), apt-get install redis-server, or brew install redis' }
$suffix = if ($IsWindows) { '.bat' } else { '.sh' }
$kafkaBin = $null
if (-not $Kafka) {
  $start = if ($KafkaHome) { Join-Path $KafkaHome ($IsWindows ? "bin/windows/kafka-server-start$suffix" : "bin/kafka-server-start$suffix") } else { Find-Program "kafka-server-start$suffix" }
  if ($start -and (Test-Path $start) -and (Find-Program java)) { $kafkaBin = Split-Path $start }
}
$split = [bool]($Kafka -or $kafkaBin)
$nginx = Find-Program nginx
if ($split -and -not $nginx) { $missing += 'nginx: https://nginx.org/en/download.html, apt-get install nginx, or brew install nginx' }
if ($missing) { Fail ("these are not installed:`n  " + ($missing -join "`n  ")) }
function Test-Port([int]$number) {
  $client = [System.Net.Sockets.TcpClient]::new()
  try { $client.Connect('127.0.0.1', $number); $true } catch { $false } finally { $client.Dispose() }
}
foreach ($number in $Port, $pgPort, $redisPort) { if (Test-Port $number) { Fail "port $number is in use. Stop what listens there (an earlier dev.ps1?), or give -Port and -Base." } }
if ($CheckOnly) { 'Everything is installed.'; return }

# --- Starting and stopping, by the ids of what was started here
$started = [System.Collections.Generic.List[object]]::new()
function Start-Part([string]$name, [string]$address, [string]$file, [string[]]$arguments, [hashtable]$settings = @{}) {
  $info = [System.Diagnostics.ProcessStartInfo]::new($file)
  $info.WorkingDirectory = $dev
  $info.RedirectStandardOutput = $info.RedirectStandardError = $true
  foreach ($argument in $arguments) { $info.ArgumentList.Add($argument) }
  foreach ($setting in $settings.GetEnumerator()) { $info.Environment[$setting.Key] = $setting.Value }
  $log = Join-Path $dev "logs/$name.log"
  # A file for each stream, copied by the runtime: a full pipe would stop the process.
  $files = foreach ($path in $log, "$log.errors") { [System.IO.FileStream]::new($path, 'Create', 'Write', 'ReadWrite', 1, $true) }
  $process = [System.Diagnostics.Process]::Start($info)
  $started.Add([pscustomobject]@{ Name = $name; Address = $address; Process = $process; Log = $log; Files = $files; Told = $false })
  $process.StandardOutput.BaseStream.CopyToAsync($files[0]) | Out-Null
  $process.StandardError.BaseStream.CopyToAsync($files[1]) | Out-Null
}
function Stop-Part($part) {
  if (-not $part.Process.HasExited) {
    # Windows has no SIGTERM for a process without a console: what a call needs is recovered at the next start.
    if ($IsWindows) { $part.Process.Kill($true) } else { & kill -TERM $part.Process.Id }
    if (-not $part.Process.WaitForExit(45000)) { $part.Process.Kill($true) }
  }
  $part.Files | ForEach-Object { $_.Dispose() }
}
function Wait-For([string]$what, [int]$seconds, [scriptblock]$isReady) {
  for ($i = 0; $i -lt $seconds * 5; $i++) {
    if (& $isReady) { return }
    foreach ($part in $started) { if ($part.Process.HasExited) { Fail "$($part.Name) ended; see $($part.Log)" } }
    Start-Sleep -Milliseconds 200
  }
  Fail "$what did not become ready; see $(Join-Path $dev 'logs')"
}
function Test-Ready([string]$address) {
  try { (Invoke-WebRequest "http://$address/readyz" -TimeoutSec 3 -SkipHttpErrorCheck).StatusCode -eq 200 } catch { $false }
}
function Get-Secret([string]$name) {
  $file = Join-Path $dev $name
  if (-not (Test-Path $file)) { [Convert]::ToBase64String([System.Security.Cryptography.RandomNumberGenerator]::GetBytes(32)) | Set-Content -NoNewline $file }
  Get-Content $file
}
function Invoke-Smartflow([string]$name, [string[]]$arguments) {
  $env:SMARTFLOW_DATA = Join-Path $dev "data/$name"
  $log = Join-Path $dev "logs/$name.log"
  & dotnet $program @arguments *> $log
  if ($LASTEXITCODE -ne 0) { Get-Content $log; Fail "smartflow $arguments failed" }
}

# PostgreSQL refuses to run as root.
$asPostgres = (-not $IsWindows) -and ((& id -u) -eq '0')
function Invoke-Postgres([string[]]$command) {
  if ($asPostgres) { & runuser -u postgres -- @command } else { & $command[0] @($command | Select-Object -Skip 1) }
  if ($LASTEXITCODE -ne 0) { Fail "$($command[0]) ended with $LASTEXITCODE" }
}

$postgres = Join-Path $dev 'postgres'
$postgresRuns = $false
try {
  # --- The servers
  New-Item -ItemType Directory -Force (Join-Path $dev 'logs'), $postgres | Out-Null
  if (-not (Test-Path (Join-Path $postgres 'PG_VERSION'))) {
    if ($asPostgres) { & chown postgres $postgres }
    Invoke-Postgres $initdb, '-D', $postgres, '-A', 'trust', '-U', 'smartflow', '-E', 'UTF8', '--locale=C' | Out-Null
  }
  $options = "-p $pgPort -c listen_addresses=127.0.0.1 -c max_connections=500" + ($IsWindows ? '' : " -c unix_socket_directories=''")
  Invoke-Postgres $pgCtl, '-D', $postgres, '-l', (Join-Path $postgres 'server.log'), '-w', 'start', '-o', $options | Out-Null
  $postgresRuns = $true
  $redisArguments = if ((Split-Path -LeafBase $redis) -eq 'garnet-server') { '--port', "$redisPort", '--bind', '127.0.0.1', '--lua' } else { '--port', "$redisPort", '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no' }
  Start-Part redis "127.0.0.1:$redisPort" $redis $redisArguments
  Wait-For 'Redis' 20 { Test-Port $redisPort }
  $bootstrap = $Kafka
  if ($split -and -not $bootstrap) {
    $bootstrap = "127.0.0.1:$kafkaPort"
    $kafkaFolder = (Join-Path $dev 'kafka').Replace('\', '/')
    $properties = Join-Path $dev 'kafka.properties'
    @"
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:$kafkaController
listeners=PLAINTEXT://127.0.0.1:$kafkaPort,CONTROLLER://127.0.0.1:$kafkaController
advertised.listeners=PLAINTEXT://127.0.0.1:$kafkaPort,CONTROLLER://127.0.0.1:$kafkaController
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
auto.create.topics.enable=false
log.dirs=$kafkaFolder
"@ | Set-Content $properties
    if (-not (Test-Path "$kafkaFolder/meta.properties")) {
      $storage = Join-Path $kafkaBin "kafka-storage$suffix"
      & $storage format --standalone -t (& $storage random-uuid) -c $properties *> (Join-Path $dev 'logs/kafka-format.log')
      if ($LASTEXITCODE -ne 0) { Fail 'the folder of Kafka could not be made; see logs/kafka-format.log' }
    }
    Start-Part kafka $bootstrap (Join-Path $kafkaBin "kafka-server-start$suffix") @($properties) @{ KAFKA_HEAP_OPTS = '-Xmx512m' }
    Wait-For 'Kafka' 60 { Test-Port $kafkaPort }
  }

  # --- The program
  if (-not $SkipBuild) {
    'Building…'
    & dotnet build (Join-Path $root 'src/SmartFlow.Host') -nologo -v q *> (Join-Path $dev 'logs/build.log')
    if ($LASTEXITCODE -ne 0) { Get-Content (Join-Path $dev 'logs/build.log') -Tail 20; Fail 'the build failed' }
  }
  $env:ASPNETCORE_ENVIRONMENT = 'Development'
  $env:Data__ConnectionString = "Host=127.0.0.1;Port=$pgPort;Username=smartflow;Database=postgres;Timeout=5"
  $env:Redis__Configuration = "127.0.0.1:$redisPort"
  $env:Auth__SigningKey = Get-Secret 'signing.key'
  $env:SMARTFLOW_RPC_TOKEN = Get-Secret 'rpc.token'
  Invoke-Smartflow migrate @('migrate')
  if ($split) {
    $env:Bus__Kafka__BootstrapServers = $bootstrap
    $env:Web__TrustedProxies = '127.0.0.1'
    $env:Rpc__MaxMessageBytes = '35651584'
    Invoke-Smartflow topics @('topics', 'create')
    # The starter data, which a process in Development only makes for the modules that it hosts.
    Invoke-Smartflow seed @('seed', 'starter')
    foreach ($module in 'UserAuth', 'TokenStore', 'Llm', 'Planner', 'Memory', 'ActiveScheduler', 'Agent', 'Forum', 'Notification') {
      $addresses = for ($n = 0; $n -lt $processes.Count; $n++) { if ($processes[$n].Split(':')[1] -eq $module) { "http://127.0.0.1:$($Base + 201 + $n)" } }
      Set-Item "env:Remotes__$module" ($addresses -join ',')
    }
    for ($n = 0; $n -lt $processes.Count; $n++) { if ($processes[$n].Split(':')[1] -eq 'agent') { $env:Gateway__AgentUrl = "http://127.0.0.1:$($Base + 101 + $n)" } }
    $folder = $dev.Replace('\', '/')
    $conf = (Get-Content -Raw (Join-Path $root 'deploy/nginx.conf')).Replace('listen 8080', "listen 127.0.0.1:$Port").
      Replace('worker_processes auto;', "worker_processes 2; pid $folder/nginx.pid; daemon off;").Replace('worker_connections 16384', 'worker_connections 1024').
      Replace("http {", "http {`n  client_body_temp_path $folder/nginx-body; proxy_temp_path $folder/nginx-proxy; fastcgi_temp_path $folder/nginx-x; uwsgi_temp_path $folder/nginx-x; scgi_temp_path $folder/nginx-x;")
    $conf = $conf -replace '(?m)^worker_rlimit_nofile.*$', ''
    for ($n = 0; $n -lt $processes.Count; $n++) {
      $name, $module = $processes[$n].Split(':')
      $web = "127.0.0.1:$($Base + 101 + $n)"
      Start-Part $name $web 'dotnet' @($program, '--modules', $module) @{
        SMARTFLOW_DATA = (Join-Path $dev "data/$name"); SMARTFLOW_URLS = "http://$web"; SMARTFLOW_RPC_URL = "http://127.0.0.1:$($Base + 201 + $n)"
      }
      $conf = $conf.Replace("server ${name}:5080", "server $web")
    }
    Set-Content (Join-Path $dev 'nginx.conf') $conf
    foreach ($part in @($started | Where-Object Name -NotIn 'redis', 'kafka')) { Wait-For $part.Name 120 { Test-Ready $part.Address } }
    Start-Part nginx "127.0.0.1:$Port" $nginx @('-e', 'stderr', '-p', $dev, '-c', (Join-Path $dev 'nginx.conf'))
  }
  else {
    'No Kafka broker: not installed (-KafkaHome, or kafka-server-start in the path), and -Kafka names none.'
    'ALL MODULES RUN IN ONE PROCESS, on PostgreSQL and Redis. Kafka 4: https://kafka.apache.org/downloads'
    Start-Part smartflow "127.0.0.1:$Port" 'dotnet' @($program) @{ SMARTFLOW_DATA = (Join-Path $dev 'data/smartflow'); SMARTFLOW_URLS = "http://127.0.0.1:$Port" }
  }
  Wait-For 'the site' 120 { Test-Ready "127.0.0.1:$Port" }

  # --- One table
  $rows = @([pscustomobject]@{ Process = 'postgres'; Address = "127.0.0.1:$pgPort"; Id = (Get-Content (Join-Path $postgres 'postmaster.pid') -First 1); State = 'running'; Log = (Join-Path $postgres 'server.log') })
  $rows += foreach ($part in $started) {
    $state = if ($part.Name -in 'redis', 'kafka') { 'running' } elseif (Test-Ready $part.Address) { 'ready' } else { 'not yet' }
    [pscustomobject]@{ Process = $part.Name; Address = $part.Address; Id = $part.Process.Id; State = $state; Log = $part.Log }
  }
  $rows | Format-Table -AutoSize | Out-String -Width 200
  "SmartFlow at http://127.0.0.1:${Port}: sign in as demo / demo-password. Ctrl-C stops everything."
  while ($true) {
    foreach ($part in $started) { if ($part.Process.HasExited -and -not $part.Told) { $part.Told = $true; "$($part.Name) has ended; see $($part.Log)" } }
    Start-Sleep -Seconds 1
  }
}
finally {
  # Also at Ctrl-C. In the opposite order: what the processes need stays until they are gone.
  for ($n = $started.Count - 1; $n -ge 0; $n--) { Stop-Part $started[$n] }
  if ($postgresRuns) { Invoke-Postgres $pgCtl, '-D', $postgres, '-m', 'fast', '-w', 'stop' | Out-Null }
}
