"""Long passwords that are well known: sayings, first lines, examples from advice about passwords, and the words that
say nothing but that this is a password.

An estimate takes the first for several unrelated words, and the second, in other languages than English, for rare ones.
Only whole passwords are compared, without case, spaces, punctuation, and digits at their ends (NIST SP 800-63B-4,
3.1.1.2).
"""

from __future__ import annotations

from typing import Final

PHRASES: Final = """
correct horse battery staple · horse battery staple correct · staple battery horse correct · tr0ub4dor and 3
correct battery horse staple · correct horse battery · purple monkey dishwasher · purple monkey dishwashers
this is a long password · this is a strong password · this is my strong password · this is a secure password
a very long password · a very strong password · a very secure password · my very long password
my very strong password · super secure password · super secret password · top secret password · not a password
this is not a password · this is not my password · i forgot my password · i hate passwords · i dont know my password
you will never guess · youll never guess this · you cant guess this · nobody will guess this · guess my password
four random words · three random words · use a long passphrase · my dog has fleas · dadada dadada dadada
i love my family · i love my husband · i love my wife · i love my children · i love my kids · i love my dog
i love my cat · i love my mother · i love my daughter · i love my son · i love you so much · i love you forever
i love you baby · i love you more · i will always love you · love you always · forever and always · god is good
god is love · god bless you · jesus is lord · jesus loves me · jesus saves · jesus christ is lord · in god we trust
thank you jesus · praise the lord · hail mary full of grace · our father who art in heaven · our father in heaven
the lord is my shepherd · in the beginning · in the beginning god created · in the beginning was the word
let there be light · love thy neighbour · love your neighbor · ashes to ashes · amazing grace · peace be with you
the quick brown fox · the quick brown fox jumps · the quick brown fox jumps over · quick brown fox jumps
the quick brown fox jumps over the lazy dog · the quick brown fox jumped over the lazy dog
lorem ipsum dolor · lorem ipsum dolor sit · lorem ipsum dolor sit amet · lorem ipsum dolor sit amet consectetur
hello world hello · hello my name is · once upon a time · once upon a midnight dreary · happily ever after
and they lived happily ever after · it was a dark and stormy night · call me ishmael · call me ishmael some years ago
it was the best of times · it was the best of times it was the worst of times · to be or not to be
to be or not to be that is the question · romeo and juliet · wherefore art thou romeo · all the worlds a stage
shall i compare thee · shall i compare thee to a summers day · if music be the food of love · my kingdom for a horse
a rose by any other name · it is a truth universally acknowledged · elementary my dear watson · i think therefore i am
cogito ergo sum · carpe diem carpe diem · veni vidi vici · alea iacta est · in vino veritas · per aspera ad astra
e pluribus unum · semper fidelis · memento mori · amor vincit omnia · ora et labora · et tu brute
may the force be with you · the force is strong · luke i am your father · i am your father · use the force luke
a long time ago in a galaxy far far away · one ring to rule them all · you shall not pass · not all who wander are lost
speak friend and enter · my precious · winter is coming · a lannister always pays his debts · valar morghulis
you know nothing · you know nothing jon snow · live long and prosper · beam me up scotty · resistance is futile
to infinity and beyond · just keep swimming · hakuna matata · i see dead people · ill be back · hasta la vista baby
here is looking at you kid · frankly my dear i dont give a damn · theres no place like home · toto were not in kansas
may the odds be ever in your favor · the truth is out there · expecto patronum · expelliarmus · avada kedavra
i solemnly swear i am up to no good · i solemnly swear that i am up to no good · the boy who lived · harry potter
harry potter and · lord of the rings · the lord of the rings · game of thrones · breaking bad · star wars star wars
the answer is 42 · dont panic · so long and thanks for all the fish · big brother is watching you · war is peace
never gonna give you up · never gonna give you up never gonna let you down · i want to break free · we will rock you
we are the champions · another one bites the dust · bohemian rhapsody · is this the real life · stairway to heaven
highway to hell · smoke on the water · hotel california · sweet child of mine · sweet home alabama · let it be
hey jude · all you need is love · yellow submarine · strawberry fields forever · lucy in the sky with diamonds
here comes the sun · imagine all the people · like a rolling stone · dont stop believing · dont stop believin
dont worry be happy · always look on the bright side of life · what doesnt kill you makes you stronger
somewhere over the rainbow · twinkle twinkle little star · mary had a little lamb · row row row your boat
happy birthday to you · merry christmas · happy new year · jingle bells jingle bells · humpty dumpty sat on a wall
all work and no play makes jack a dull boy · she sells sea shells · peter piper picked a peck · how now brown cow
roses are red · roses are red violets are blue · an apple a day · an apple a day keeps the doctor away
practice makes perfect · better late than never · the early bird catches the worm · time is money
knowledge is power · money is power · just do it · think different · yes we can · make america great again
live laugh love · keep calm and carry on · no pain no gain · never give up · never say never · carpe noctem
one two three four five · one two three four · one two three four five six seven · do re mi fa so la ti do
red orange yellow green blue · monday tuesday wednesday · january february march · alpha bravo charlie delta
north south east west · rock paper scissors · open sesame open sesame · abracadabra abracadabra · supercalifragilistic
supercalifragilisticexpialidocious · antidisestablishmentarianism · pneumonoultramicroscopicsilicovolcanoconiosis
floccinaucinihilipilification · the cat in the hat · green eggs and ham · we the people · i have a dream
four score and seven years ago · ask not what your country can do for you · god save the queen · god save the king
united states of america · manchester united · youll never walk alone · liverpool football club · real madrid
forza juventus · bayern muenchen · bayern münchen · borussia dortmund · galatasaray · fenerbahce · hala madrid
31415926535897932384626433832795 · 314159265358979 · 3141592653589793 · 27182818284590452 · 271828182845904
alle meine entchen · alle meine entchen schwimmen auf dem see · hänschen klein · hänschen klein ging allein
fuchs du hast die gans gestohlen · der mond ist aufgegangen · stille nacht heilige nacht · o tannenbaum
es war einmal · und wenn sie nicht gestorben sind · dann leben sie noch heute · sein oder nicht sein
sein oder nicht sein das ist hier die frage · ich denke also bin ich · ich liebe dich · ich liebe dich so sehr
ich liebe meine familie · ich liebe meinen hund · ich liebe meine frau · ich liebe meinen mann · vater unser im himmel
vater unser der du bist im himmel · einigkeit und recht und freiheit · freude schöner götterfunken
wer reitet so spät · wer reitet so spät durch nacht und wind · es ist noch kein meister vom himmel gefallen
morgenstund hat gold im mund · übung macht den meister · aller guten dinge sind drei · ende gut alles gut
franz jagt im komplett verwahrlosten taxi quer durch bayern · zwölf boxkämpfer jagen viktor · eins zwei drei vier
eins zwei polizei · atemlos durch die nacht · wir schaffen das · das leben ist schön · meine katze heißt
donaudampfschifffahrtsgesellschaft · rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz
liberté égalité fraternité · je pense donc je suis · allons enfants de la patrie · je t'aime mon amour · frère jacques
il était une fois · être ou ne pas être · au clair de la lune · la vie en rose · en un lugar de la mancha
en un lugar de la mancha de cuyo nombre · ser o no ser · había una vez · te quiero mucho · te amo mucho mi amor
dios es amor · la vida es bella · viva la vida loca · nel mezzo del cammin · nel mezzo del cammin di nostra vita
ti amo amore mio · la vita è bella · c'era una volta · essere o non essere · eu te amo muito · deus é fiel
"""

WORDS: Final = """
a an the this that it is my your our me i you we love hate so very much and or not new old one two word words
pass password passwords passcode passphrase passwd pwd pass1 login logon user username account admin
administrator root secret secrets secure security safe strong long letmein let in please welcome hello hallo
hi test testing tester change changeme default temp temporary guest master access enter open private key
qwerty qwertz azerty asdf abc passwort passwörter kennwort kennwörter geheim geheimnis geheimes sicher
sicheres langes mein meine meins dein unser das der die dies dieses ist ein eine neues neue altes und ich dich
liebe willkommen bitte anmelden zugang mot de passe motdepasse mdp le la mon ma bonjour bienvenue contraseña
contrasena clave mi es el secreta hola senha minha parola chiave mia ciao benvenuto wachtwoord mijn welkom
hasło haslo moje lösenord losenord adgangskode passord salasana heslo jelszo parole пароль мой parol şifre
sifre
"""
"""Words that make no password by themselves, however many of them there are."""
