using System.Security.Cryptography;
using System.Text;
using Vouch.Core.Exceptions;

namespace Vouch.Optimizer.Prediction;

public sealed partial class OutcomeModel
{
    private const int FormatVersion = 1;
    private const int MaximumRank = 256;
    private static readonly byte[] Magic = "VOUCHOM\n"u8.ToArray();

    internal string EmbeddingName => _embedding?.Name ?? "";

    /// <summary>Writes the model as versioned binary with a checksum.</summary>
    /// <param name="stream">A writable stream; stays open.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] content = Content();
        stream.Write(Magic);
        stream.Write(BitConverter.GetBytes(FormatVersion));
        stream.Write(BitConverter.GetBytes(content.Length));
        stream.Write(content);
        stream.Write(SHA256.HashData(content));
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">What <see cref="Save"/> wrote; stays open.</param>
    /// <param name="embedding">The embedding it was fitted with, or null where it was fitted without.</param>
    /// <returns>The model; its predictions equal those of the saved one bit for bit.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="InputValidationException">The data is damaged, of another version, too large, or needs another embedding.</exception>
    public static OutcomeModel Load(Stream stream, IEmbedding? embedding = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
            {
                throw Damaged("does not begin like an outcome model", "0");
            }

            int version = reader.ReadInt32();
            if (version != FormatVersion)
            {
                throw new InputValidationException($"The outcome model has format version {version}; this build reads {FormatVersion}. Fit it anew.") { Value = $"{version}", Expected = $"{FormatVersion}" };
            }

            int length = reader.ReadInt32();
            if (length is < 0 or > 64 << 20)
            {
                throw Damaged($"claims {length} bytes", "12");
            }

            byte[] content = reader.ReadBytes(length);
            byte[] hash = reader.ReadBytes(SHA256.HashSizeInBytes);
            if (content.Length != length || !SHA256.HashData(content).AsSpan().SequenceEqual(hash))
            {
                throw Damaged("fails its checksum", "16");
            }

            return Read(content, embedding);
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            throw new InputValidationException("The outcome model is cut short or damaged.", exception);
        }
    }

    private static InputValidationException Damaged(string what, string at) => new($"The outcome model {what}.") { Location = at, Expected = "what Save wrote" };

    private string ComputeDigest() => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Content()));

    private byte[] Content()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(EmbeddingName);
        writer.Write(LabelCount);
        writer.Write(Endpoints.Count);
        foreach (string endpoint in Endpoints)
        {
            writer.Write(endpoint);
        }

        writer.Write(_space.Rank);
        writer.Write(_space.Stride);
        writer.Write(_kernel.Count);
        writer.Write(_kernel.Gamma);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<sbyte>(_space.Table));
        foreach (float[] table in Tables())
        {
            foreach (float value in table)
            {
                writer.Write(value);
            }
        }

        foreach (double[] table in (double[][])[_heads.Slopes, _heads.Intercepts, _heads.BaseRates, _heads.LabelShares])
        {
            foreach (double value in table)
            {
                writer.Write(value);
            }
        }

        writer.Flush();
        return memory.ToArray();
    }

    private float[][] Tables() =>
    [
        _space.Frequencies, _space.Scales, _space.Standardization.Means, _space.Standardization.Scales, _kernel.Centres,
        _heads.Dense, _heads.Prototypes, _heads.Offsets, _heads.Masses, _heads.TokenWeights, _heads.TokenOffsets, _heads.TokenLimits, _heads.TokenFactors,
    ];

    private static OutcomeModel Read(byte[] content, IEmbedding? embedding)
    {
        using var reader = new BinaryReader(new MemoryStream(content), Encoding.UTF8);
        string embeddingName = reader.ReadString();
        if (embeddingName != (embedding?.Name ?? ""))
        {
            throw new InputValidationException($"The outcome model was fitted with the embedding '{embeddingName}', not '{embedding?.Name}'.") { Value = embedding?.Name, Expected = embeddingName };
        }

        int labelCount = Ranged(reader.ReadInt32(), 0, int.MaxValue, "label count");
        string[] endpoints = new string[Ranged(reader.ReadInt32(), 1, OutcomeModelTrainer.MaximumEndpoints, "endpoint count")];
        for (int i = 0; i < endpoints.Length; i++)
        {
            endpoints[i] = reader.ReadString();
        }

        int rank = Ranged(reader.ReadInt32(), PromptSpace.Lane, MaximumRank, "rank");
        int width = (endpoints.Length + 15) / 16 * 16;
        int stride = Ranged(reader.ReadInt32(), rank + width, rank + width, "stride");
        int prototypes = Ranged(reader.ReadInt32(), 1, 1_024, "prototype count");
        float gamma = reader.ReadSingle();
        var table = new sbyte[PromptFeatures.Buckets * stride];
        reader.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.Cast<sbyte, byte>(table.AsSpan()));
        float[] frequencies = Floats(PromptFeatures.Buckets);
        float[] scales = Floats(stride);
        var standardization = new Standardization(Floats(PromptFeatures.Measures), Floats(PromptFeatures.Measures));
        var space = new PromptSpace(frequencies, standardization, rank, stride, table, scales);
        var kernel = new KernelMap(Floats(prototypes * KernelMap.WidthOf(rank)), rank, gamma);
        var heads = new OutcomeHeads
        {
            Width = width,
            Count = endpoints.Length,
            Dense = Floats((rank + PromptSpace.FormWidth) * width),
            Prototypes = Floats(prototypes * width),
            Offsets = Floats(width),
            Masses = Floats(prototypes),
            TokenWeights = Floats(PromptSpace.FormWidth * width),
            TokenOffsets = Floats(width),
            TokenLimits = Floats(width),
            TokenFactors = Floats(width),
            Slopes = Doubles(endpoints.Length),
            Intercepts = Doubles(endpoints.Length),
            BaseRates = Doubles(endpoints.Length),
            LabelShares = Doubles(endpoints.Length),
        };
        return new OutcomeModel(endpoints, labelCount, space, kernel, heads, embedding);

        float[] Floats(int count)
        {
            var values = new float[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = reader.ReadSingle();
            }

            return values.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue) ? throw Damaged("holds a number that is not finite", $"{reader.BaseStream.Position}") : values;
        }

        double[] Doubles(int count)
        {
            var values = new double[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = double.IsFinite(values[i] = reader.ReadDouble()) ? values[i] : throw Damaged("holds a number that is not finite", $"{reader.BaseStream.Position}");
            }

            return values;
        }
    }

    private static int Ranged(int value, int minimum, int maximum, string name) => value >= minimum && value <= maximum
        ? value
        : throw new InputValidationException($"The outcome model has a {name} of {value}.") { Value = $"{value}", Expected = $"{minimum} to {maximum}" };
}
