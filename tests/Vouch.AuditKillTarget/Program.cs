using System.Globalization;
using System.Text;
using Vouch.AuditKillTarget;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Sqlite;

// Vouch.AuditKillTarget file|sqlite PATH RUN: appends to the log in PATH until it is killed, one at a time, in ranges and without waiting. Prints
// "INDEX APPENDER NUMBER" for every entry that was acknowledged. RUN keeps the entries of one start apart from those of the others.
(string kind, string path, int run) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
var options = new AuditLogOptions { Durability = AuditDurability.EveryAppend };
using AuditLog log = kind == "sqlite" ? AuditLog.Open(SqliteAuditStore.Open(path), options) : AuditLog.Open(path, options);
Task[] appenders =
[
    .. Enumerable.Range(0, 4).Select(i => Task.Run(() => AppendWithoutWaitingAsync((run * 8) + i))),
    Task.Run(() => AppendOneByOne((run * 8) + 4)),
    Task.Run(() => AppendRanges((run * 8) + 5)),
];
await Task.WhenAll(appenders);

async Task AppendWithoutWaitingAsync(int appender)
{
    var underWay = new Queue<Task<long>>();
    for (int number = 0; ; number++)
    {
        underWay.Enqueue(log.AppendAsync(KillEntry.Make(appender, number)).AsTask());
        if (underWay.Count == 8)
        {
            Acknowledge(await underWay.Dequeue(), appender, number - 7);
        }
    }
}

void AppendOneByOne(int appender)
{
    for (int number = 0; ; number++)
    {
        Acknowledge(log.Append(KillEntry.Make(appender, number)), appender, number);
    }
}

void AppendRanges(int appender)
{
    for (int number = 0; ; number += 3)
    {
        long first = log.AppendRange([KillEntry.Make(appender, number), KillEntry.Make(appender, number + 1), KillEntry.Make(appender, number + 2)]);
        for (int i = 0; i < 3; i++)
        {
            Acknowledge(first + i, appender, number + i);
        }
    }
}

void Acknowledge(long index, int appender, int number)
{
    lock (output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index} {appender} {number}"));
    }
}
