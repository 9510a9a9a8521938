using System.Buffers;
using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Microsoft.Data.Sqlite;
using Vouch.Caching.Persistence;

namespace Vouch.Benchmarks.Caching;

/// <summary>
/// 1,024 puts and gets of 1 KiB values by 8-byte keys in a working set of 64 Ki entries, beside SQLite as a cache is best kept in it: write-ahead log, synchronous=NORMAL (as safe
/// against the death of the process, and no more against a power failure), prepared statements, WITHOUT ROWID, and a page cache that holds the working set.
/// </summary>
[MemoryDiagnoser]
public class PersistentTierBenchmarks
{
    private const int Operations = 1024;
    private const int Entries = 64 << 10;
    private readonly byte[] _value = new byte[1024];
    private readonly byte[] _key = new byte[8];
    private readonly ArrayBufferWriter<byte> _buffer = new(2048);
    private Random _random = new(1);
    private string _folder = null!;
    private PersistentCache _cache = null!;
    private SqliteConnection _connection = null!;
    private SqliteCommand _put = null!;
    private SqliteCommand _get = null!;

    [GlobalSetup]
    public void Setup()
    {
        SQLitePCL.Batteries_V2.Init();
        _folder = Directory.CreateTempSubdirectory("vouch-bench-").FullName;
        new Random(2).NextBytes(_value);
        _cache = new PersistentCache(new PersistentCacheOptions { Folder = Path.Combine(_folder, "cache"), MaxBytes = 512 << 20 });
        _connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "cache.db")}");
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-262144; CREATE TABLE cache (key BLOB PRIMARY KEY, value BLOB, expires INTEGER) WITHOUT ROWID;");
        _put = _connection.CreateCommand();
        _put.CommandText = "INSERT INTO cache (key, value, expires) VALUES ($key, $value, $expires) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires";
        _put.Parameters.Add("$key", SqliteType.Blob).Value = _key;
        _put.Parameters.Add("$value", SqliteType.Blob).Value = _value;
        _put.Parameters.Add("$expires", SqliteType.Integer).Value = long.MaxValue;
        _put.Prepare();
        _get = _connection.CreateCommand();
        _get.CommandText = "SELECT value FROM cache WHERE key = $key AND expires > $now";
        _get.Parameters.Add("$key", SqliteType.Blob).Value = _key;
        _get.Parameters.Add("$now", SqliteType.Integer).Value = 0L;
        _get.Prepare();
        Execute("BEGIN");
        for (int i = 0; i < Entries; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_key, i);
            _put.ExecuteNonQuery();
            _cache.Set(_key, _value);
        }

        Execute("COMMIT");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _put.Dispose();
        _get.Dispose();
        _connection.Dispose();
        _cache.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [IterationSetup]
    public void Reseed() => _random = new Random(3);

    [Benchmark(OperationsPerInvoke = Operations)]
    public void SqlitePut()
    {
        for (int i = 0; i < Operations; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_key, _random.Next(Entries));
            _put.ExecuteNonQuery();
        }
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public void VouchPut()
    {
        for (int i = 0; i < Operations; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_key, _random.Next(Entries));
            _cache.Set(_key, _value);
        }
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int SqliteGet()
    {
        int bytes = 0;
        for (int i = 0; i < Operations; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_key, _random.Next(Entries));
            bytes += ((byte[])_get.ExecuteScalar()!).Length;
        }

        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int VouchGet()
    {
        int bytes = 0;
        for (int i = 0; i < Operations; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_key, _random.Next(Entries));
            _buffer.ResetWrittenCount();
            _cache.TryGet(_key, _buffer);
            bytes += _buffer.WrittenCount;
        }

        return bytes;
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
