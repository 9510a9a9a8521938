using System.Globalization;
using System.Text;
using Vouch.Optimizer.Budgets;

// Vouch.BudgetKillTarget FILE LIMIT_USD: spends under a cap with the journal in FILE until it is killed, by four callers at once. Prints "r MOST" before every call, once its money is set
// aside, and "b MOST BILL" when the bill is known, before it is settled; what lies between the two when the kill comes may have been billed in full.
(string file, decimal limit) = (args[0], decimal.Parse(args[1], CultureInfo.InvariantCulture));
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
using var journal = new FileBudgetJournal(file, new FileBudgetJournalOptions { InitialBytes = 64 << 10 });
var ledger = new BudgetLedger(new BudgetOptions { Caps = [new SpendCapOptions { Name = "all", LimitUsd = limit }] }, journal);
Print($"o {ledger.Available(null, out _).Value}");
await Task.WhenAll([.. Enumerable.Range(0, 4).Select(caller => Task.Run(() => Spend(new Random(caller))))]);
Print("end");

void Spend(Random random)
{
    while (true)
    {
        var most = new NanoUsd(random.Next(1, 100_000));
        if (!ledger.TryReserve("t" + random.Next(3), most, out BudgetReservation reservation, out _))
        {
            return;
        }

        Print($"r {most.Value}");
        var bill = new NanoUsd(random.NextInt64(most.Value + 1));
        Print($"b {most.Value} {bill.Value}");
        ledger.Settle(reservation, bill);
    }
}

void Print(string line)
{
    lock (output)
    {
        output.WriteLine(line);
    }
}
