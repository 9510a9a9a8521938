using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Vouch.TrustEngine.Audit;

/// <summary>A log's name, size and root as text that can be signed, published and kept elsewhere.</summary>
/// <remarks>
/// C2SP tlog-checkpoint: the origin, the size and the root in base64 on a line each; signed, a C2SP signed-note. Reading accepts exactly that form.
/// Immutable and safe to share.
/// </remarks>
public sealed record Checkpoint
{
    private const int MaxOriginLength = 200;
    private const int MaxNoteLength = 1 << 20;
    private const string SignatureStart = "\u2014 ";

    private readonly string _text;

    /// <summary>Initializes a checkpoint.</summary>
    /// <param name="origin">The log's name: one line of 1 to 200 characters without control characters.</param>
    /// <param name="head">The log's size, 0 or more, and root.</param>
    /// <exception cref="ArgumentException"><paramref name="origin"/> is not such.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    public Checkpoint(string origin, TreeHead head)
        : this(origin, head, string.Create(CultureInfo.InvariantCulture, $"{origin}\n{head.Size}\n{head.RootHash.ToBase64()}\n"))
    {
    }

    private Checkpoint(string origin, TreeHead head, string text)
    {
        if (!IsOrigin(origin))
        {
            throw new ArgumentException("An origin is one line of 1 to 200 characters without control characters.", nameof(origin));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(head.Size, nameof(head));
        Origin = origin;
        Head = head;
        _text = text;
    }

    /// <summary>Gets the log's name.</summary>
    public string Origin { get; }

    /// <summary>Gets the log's size and root.</summary>
    public TreeHead Head { get; }

    /// <summary>Reads a checkpoint that is not signed.</summary>
    /// <param name="text">The text, with its last newline. Lines after the third are kept and otherwise ignored.</param>
    /// <param name="checkpoint">The checkpoint, or null where the text is none.</param>
    /// <returns>Whether the text is a checkpoint.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        if (text is null || text.Length > MaxNoteLength || !text.EndsWith('\n'))
        {
            return false;
        }

        string[] lines = text[..^1].Split('\n');
        byte[] root = new byte[MerkleHash.Length];
        if (lines.Length < 3
            || Array.Exists(lines, static line => line.Length == 0 || line.Any(char.IsControl))
            || !IsOrigin(lines[0])
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            || (lines[1].Length > 1 && lines[1][0] == '0')
            || !Convert.TryFromBase64String(lines[2], root, out int written)
            || written != root.Length
            || Convert.ToBase64String(root) != lines[2])
        {
            return false;
        }

        checkpoint = new Checkpoint(lines[0], new TreeHead(size, new MerkleHash(root)), text);
        return true;
    }

    /// <summary>Reads a signed checkpoint and checks its signature.</summary>
    /// <param name="note">The signed text, as <see cref="Sign"/> gives it. Signatures of other keys may stand beside the one looked for.</param>
    /// <param name="verifier">The key that must have signed.</param>
    /// <param name="checkpoint">The checkpoint, or null where the note is malformed, not signed by the key, or the signature is wrong.</param>
    /// <returns>Whether the note holds a checkpoint signed by the key.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="verifier"/> is null.</exception>
    public static bool TryVerify(string? note, ICheckpointVerifier verifier, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        checkpoint = null;
        int split = note is null || note.Length > MaxNoteLength ? -1 : note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !note!.EndsWith('\n') || !TryParse(note[..(split + 1)], out Checkpoint? parsed))
        {
            return false;
        }

        byte[] text = Encoding.UTF8.GetBytes(parsed._text);
        bool signed = false;
        foreach (string line in note[(split + 2)..^1].Split('\n'))
        {
            if (!TryReadSignature(line, out string? name, out byte[]? signature))
            {
                return false;
            }

            if (name == verifier.Name && signature.AsSpan(0, 4).SequenceEqual(verifier.KeyId.Span))
            {
                // A wrong signature under a known key refuses the whole note.
                if (!verifier.Verify(text, signature.AsSpan(4)))
                {
                    return false;
                }

                signed = true;
            }
        }

        checkpoint = signed ? parsed : null;
        return signed;
    }

    /// <summary>Signs the checkpoint.</summary>
    /// <param name="signer">The key.</param>
    /// <returns>The checkpoint's text, a blank line and the signature's line.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="signer"/> is null.</exception>
    /// <exception cref="ArgumentException">The signer's name or key id is malformed.</exception>
    public string Sign(ICheckpointSigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        RequireKeyName(signer.Name);
        if (signer.KeyId.Length != 4)
        {
            throw new ArgumentException($"A key id has 4 bytes; this one has {signer.KeyId.Length}.", nameof(signer));
        }

        byte[] signature = signer.Sign(Encoding.UTF8.GetBytes(_text));
        return $"{_text}\n{SignatureStart}{signer.Name} {Convert.ToBase64String([.. signer.KeyId.Span, .. signature])}\n";
    }

    /// <summary>Returns the checkpoint's text, with its last newline.</summary>
    public override string ToString() => _text;

    internal static bool IsOrigin(string? origin) => origin is { Length: > 0 and <= MaxOriginLength } && !string.IsNullOrWhiteSpace(origin) && !origin.Any(char.IsControl);

    internal static void RequireKeyName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Any(static letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter == '+'))
        {
            throw new ArgumentException("A key's name holds no spaces, control characters or '+'.", nameof(name));
        }
    }

    private static bool TryReadSignature(string line, [NotNullWhen(true)] out string? name, [NotNullWhen(true)] out byte[]? signature)
    {
        name = null;
        signature = null;
        string[] parts = line.StartsWith(SignatureStart, StringComparison.Ordinal) ? line[SignatureStart.Length..].Split(' ') : [];
        if (parts.Length != 2 || parts[0].Length == 0)
        {
            return false;
        }

        byte[] bytes = new byte[parts[1].Length];
        if (!Convert.TryFromBase64String(parts[1], bytes, out int written) || written < 5)
        {
            return false;
        }

        name = parts[0];
        signature = bytes[..written];
        return true;
    }
}
