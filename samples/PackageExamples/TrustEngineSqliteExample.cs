using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vouch;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Sqlite;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.TrustEngine.Sqlite quotes.</summary>
public static class TrustEngineSqliteExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("vouch-example-").FullName, "audit.db");

        #region readme
        TreeHead kept;
        using (AuditLog log = AuditLog.Open(SqliteAuditStore.Open(path)))
        {
            log.Append(Encoding.UTF8.GetBytes("tile 17 accepted from ann"));
            log.Append(Encoding.UTF8.GetBytes("tile 18 rejected from bob"));
            kept = log.CreateCheckpoint().Head; // keep this somewhere else
        }

        // Later, by anyone who has the file and the kept head:
        using SqliteAuditStore store = SqliteAuditStore.OpenForReading(path);
        AuditLogVerification found = AuditLog.Verify(store, kept);
        Console.WriteLine($"{found.Head.Size} entries, intact: {found.IsIntact}");
        #endregion

        store.Dispose();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    /// <summary>The registration that the README shows beside it.</summary>
    public static void Register(IServiceCollection services)
    {
        #region container
        services.AddVouchSqliteAuditLog(options => options.Path = "audit.db");
        // or: services.AddVouch(vouch => vouch.AddTrust().AddSqliteAuditLog());
        #endregion
    }
}
