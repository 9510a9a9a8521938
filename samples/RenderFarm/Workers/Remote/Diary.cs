using System.Text.Json;
using Vouch.Core.Models;

namespace RenderFarm.Workers.Remote;

/// <summary>The diary of a worker in another process: a file that it writes before it answers, so that its death takes no confession with it.</summary>
internal static class Diary
{
    /// <summary>Adds what was done with a unit.</summary>
    public static void Append(string path, TruthEntry entry)
    {
        var line = new DiaryLine(entry.Unit.Value, entry.Kind, entry.Sent is { } sent ? Convert.ToBase64String(sent.ToBytes()) : null);
        File.AppendAllText(path, JsonSerializer.Serialize(line, WireJson.Default.DiaryLine) + "\n");
    }

    /// <summary>Reads a diary into a worker's truth. A last line that a dying process left half written is passed over.</summary>
    public static void ReadInto(string path, RenderWorker worker)
    {
        if (!File.Exists(path))
        {
            return;
        }

        foreach (string text in File.ReadLines(path))
        {
            try
            {
                if (JsonSerializer.Deserialize(text, WireJson.Default.DiaryLine) is { } line)
                {
                    worker.Truth.Record(new TruthEntry(worker.Id, new WorkUnitId(line.Unit), line.Kind, line.Sent is { } sent ? TileImage.FromBytes(Convert.FromBase64String(sent)) : null));
                }
            }
            catch (Exception problem) when (problem is JsonException or FormatException or InvalidDataException)
            {
                // Torn by a crash; what was not written was not sent either.
            }
        }
    }
}
