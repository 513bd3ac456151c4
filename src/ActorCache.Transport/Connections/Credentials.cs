namespace ActorCache.Transport;

/// <summary>What a server that asks who is there is told. Its text never shows the password: it may end in a log.</summary>
/// <param name="Username">The user's name.</param>
/// <param name="Password">The password.</param>
public sealed record Credentials(string Username, string Password)
{
    /// <summary>The name, without the password.</summary>
    public override string ToString() => $"{Username}:***";
}
